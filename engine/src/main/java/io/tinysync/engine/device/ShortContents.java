package io.tinysync.engine.device;

import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Short contents that go in one request: how many, and their bytes. Confined to one attempt. */
final class ShortContents {

    private final long limitBytes;
    private final Set<Sha256> taken = new HashSet<>();
    private long bytes;

    /** @param limitBytes what they have together at most; 0 for none at all */
    ShortContents(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes the content in if it is a short one for which there is room; again changes nothing. */
    boolean take(Content content) {
        if (taken.contains(content.sha256())) {
            return true;
        }
        boolean fits = content.size() <= BlobFrames.MAX_BLOB_BYTES
                && bytes + content.size() <= limitBytes
                && taken.size() < BlobFrames.MAX_FRAMES;
        if (fits) {
            taken.add(content.sha256());
            bytes += content.size();
        }
        return fits;
    }

    /** What is to be sent of some contents, and why others of them are not. */
    record Read(List<ShortBlob> blobs, List<IOException> failures) {

        <T> T endedWith(T result) {
            if (!failures.isEmpty()) {
                throw new UncheckedIOException(failures.getFirst());
            }
            return result;
        }
    }

    /** Makes them durable, and reads those that are on this device. */
    static Read read(ContentStore store, Collection<Content> contents) {
        Read read = new Read(new ArrayList<>(), new ArrayList<>());
        try {
            store.makeDurable(contents.stream().map(Content::sha256).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Content content : contents) {
            try {
                Optional<Path> file = store.find(content);
                if (file.isPresent()) {
                    read.blobs().add(read(content, file.get()));
                }
            } catch (IOException e) {
                read.failures().add(e);
            }
        }
        return read;
    }

    /** As many bytes as the content has; whether they are it, the server says. */
    private static ShortBlob read(Content content, Path file) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(content.size())];
        try (InputStream stream = Files.newInputStream(file)) {
            int length = stream.readNBytes(bytes, 0, bytes.length);
            return new ShortBlob(content.sha256(), ByteBuffer.wrap(bytes, 0, length));
        }
    }
}
