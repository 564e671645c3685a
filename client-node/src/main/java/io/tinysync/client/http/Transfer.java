package io.tinysync.client.http;

import io.tinysync.engine.protocol.Content;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A content's bytes between a file and the network, one buffer in memory at a time. */
final class Transfer {

    private static final int BUFFER_BYTES = 64 << 10;

    /** From this size on the server is asked before the bytes are sent, since an early refusal is lost among them otherwise. */
    private static final long ASK_FIRST_BYTES = 256 << 10;

    private Transfer() {}

    /** Completes a PUT with the file as its body, whose length is stated. */
    static HttpRequest.Builder sending(HttpRequest.Builder put, Content content, Path file, StallGuard guard) {
        put.expectContinue(content.size() >= ASK_FIRST_BYTES);
        if (content.size() == 0) {
            return put.PUT(BodyPublishers.noBody());
        }
        return put.PUT(
                BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(file, guard)), content.size()));
    }

    private static InputStream open(Path file, StallGuard guard) {
        try {
            return new Sent(Files.newInputStream(file), guard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the body to the file from its start; returns its length, which is the content's. */
    static long receive(InputStream body, Content content, Path into, LongConsumer progress) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long received = 0;
        try (OutputStream file = Files.newOutputStream(into)) {
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                received += count;
                if (received > content.size()) {
                    break;
                }
                file.write(buffer, 0, count);
                progress.accept(received);
            }
        }
        if (received != content.size()) {
            throw new UnknownOutcomeException("the content has " + content.size() + " bytes, "
                    + (received > content.size() ? "more" : "only " + received) + " came");
        }
        return received;
    }

    /** Tells the guard of every piece that the network took. */
    private static final class Sent extends FilterInputStream {
        private final StallGuard guard;

        Sent(InputStream stream, StallGuard guard) {
            super(stream);
            this.guard = guard;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            guard.progressed();
            return super.read(into, offset, length);
        }
    }
}
