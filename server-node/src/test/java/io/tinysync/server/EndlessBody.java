package io.tinysync.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A body that sends a little and then nothing more until it is told to end. */
final class EndlessBody extends InputStream {

    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private boolean sent;

    void awaitBegun() throws Exception {
        begun.get(10, TimeUnit.SECONDS);
    }

    boolean hasBegun() {
        return begun.isDone();
    }

    void end() {
        end.complete(null);
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("read in blocks");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        if (!sent) {
            sent = true;
            return length;
        }
        begun.complete(null);
        try {
            end.get(30, TimeUnit.SECONDS);
            return -1;
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
