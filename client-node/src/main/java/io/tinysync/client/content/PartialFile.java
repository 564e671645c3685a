package io.tinysync.client.content;

import io.tinysync.engine.device.ContentStore.Download;
import io.tinysync.engine.protocol.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A download in progress: a file that nothing finds until its hash was checked. */
final class PartialFile implements Download {

    private final ContentFiles store;
    private final Content content;
    private final Path path;

    PartialFile(ContentFiles store, Content content, Path path) {
        this.store = store;
        this.content = content;
        this.path = path;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean commit() throws IOException {
        boolean complete = Files.size(path) == content.size() && Trust.matches(path, content);
        if (complete) {
            store.admit(path, content);
        } else {
            Files.delete(path);
        }
        return complete;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
