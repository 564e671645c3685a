package io.tinysync.client.content;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** The 256 folders of a cache, over which its files are spread by the first byte of their hashes. */
final class CacheFolders {

    private CacheFolders() {}

    /** Makes those that are not there, all at once, so that later no new folder's name has to be made durable; with the two folders above them. */
    static void make(Path cache) throws IOException {
        boolean made = false;
        for (int first = 0; first < 256; first++) {
            Path folder = cache.resolve(HexFormat.of().toHexDigits((byte) first));
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
                made = true;
            }
        }
        if (made) {
            Path folder = cache;
            for (int level = 0; level < 3 && folder != null; level++) {
                WholeFiles.forceNames(folder);
                folder = folder.getParent();
            }
        }
    }

    /** Where a content is, if it is here whole. */
    static Path file(Path cache, Sha256 sha256) {
        String name = sha256.toString();
        return cache.resolve(name.substring(0, 2)).resolve(name);
    }

    /** The empty content's file, made if it is not there: it needs no bytes and is therefore always here. */
    static Path emptyFile(Path cache) {
        Path file = file(cache, Content.EMPTY.sha256());
        try {
            return Files.exists(file) ? file : Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the empty file", e);
        }
    }
}
