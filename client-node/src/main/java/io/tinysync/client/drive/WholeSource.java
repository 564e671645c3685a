package io.tinysync.client.drive;

import io.tinysync.client.content.OpenContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A file that is here. */
record WholeSource(OpenContent content) implements ByteSource {

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        return content.read(into, offset);
    }

    @Override
    public boolean holds(long offset, long length) {
        return true;
    }

    @Override
    public void await(long offset, long length) {
        // All of it is here.
    }

    @Override
    public Optional<OpenContent> whole() {
        return Optional.of(content);
    }

    @Override
    public void close() {
        close(content);
    }

    static void close(OpenContent content) {
        try {
            content.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing a file that was only read cannot fail", e);
        }
    }
}
