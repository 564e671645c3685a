package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts several short blobs into a directory at once. Each step is done for all of them before the next, and what waits for the disk
 * is done by several threads: the disk is then told once to keep what otherwise it would be told for each blob. For one call.
 */
final class ShortBlobFiles {

    private final BlobDirectory directory;
    private final AtOnce atOnce;
    private final Map<Sha256, Path> files = new ConcurrentHashMap<>();
    private final Set<Path> folders = new HashSet<>();
    private final Set<Sha256> withoutSpace = ConcurrentHashMap.newKeySet();

    ShortBlobFiles(BlobDirectory directory, AtOnce atOnce) {
        this.directory = directory;
        this.atOnce = atOnce;
    }

    /** As {@link Shelf#publishShort}. */
    Set<Sha256> put(Collection<ShortBlob> blobs) throws IOException {
        try {
            for (ShortBlob blob : blobs) {
                ifThereIsSpace(blob.sha256(), () -> write(blob));
            }
            atOnce.forEach(written(), id -> ifThereIsSpace(id, () -> Spool.force(file(id))));
            for (Sha256 id : written()) {
                ifThereIsSpace(id, () -> move(id));
            }
            atOnce.forEach(folders, BlobDirectory::force);
            return withoutSpace;
        } finally {
            for (Path file : files.values()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Of a blob that is there only the name may not have reached the disk yet: another request may be about to see to it. */
    private void write(ShortBlob blob) throws IOException {
        if (directory.has(blob)) {
            folders.add(directory.folder(blob.sha256()));
            return;
        }
        Path file = directory.spool().fresh("short");
        files.put(blob.sha256(), file);
        Spool.write(blob.bytes(), file);
    }

    private void move(Sha256 id) throws IOException {
        folders.add(directory.place(file(id), id));
        files.remove(id);
    }

    private List<Sha256> written() {
        return List.copyOf(files.keySet());
    }

    private Path file(Sha256 id) {
        Path file = files.get(id);
        if (file == null) {
            throw new IllegalStateException("blob " + id + " was not written");
        }
        return file;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** A blob for which there is none takes part in no further step. */
    private void ifThereIsSpace(Sha256 id, Step step) throws IOException {
        try {
            step.run();
        } catch (IOException e) {
            if (!Spool.isDiskFull(e)) {
                throw e;
            }
            withoutSpace.add(id);
            Path file = files.remove(id);
            if (file != null) {
                Files.deleteIfExists(file);
            }
        }
    }
}
