package io.tinysync.client.http;

import io.tinysync.engine.device.BlobRange;
import io.tinysync.engine.device.ByteSink;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Leaves;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

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
        return put.PUT(body(file, 0, content.size(), guard));
    }

    /** Completes a PATCH with what the file has from there on as its body, whose length is stated. */
    static HttpRequest.Builder sendingFrom(
            long offset, HttpRequest.Builder patch, Content content, Path file, StallGuard guard) {
        long left = content.size() - offset;
        patch.expectContinue(left >= ASK_FIRST_BYTES);
        return patch.method("PATCH", left == 0 ? BodyPublishers.noBody() : body(file, offset, left, guard));
    }

    /** Bytes that are too many for a slow network to take at once. */
    static BodyPublisher body(byte[] bytes, StallGuard guard) {
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> new Sent(new ByteArrayInputStream(bytes), guard)), bytes.length);
    }

    private static BodyPublisher body(Path file, long offset, long length, StallGuard guard) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(file, offset, guard)), length);
    }

    private static InputStream open(Path file, long offset, StallGuard guard) {
        try {
            InputStream stream = Files.newInputStream(file);
            stream.skipNBytes(offset);
            return new Sent(stream, guard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The list, if it has as many leaves as the content's size makes. */
    static Leaves leavesOf(Content content, Leaves leaves) throws UnknownOutcomeException {
        long count = (content.size() + Leaves.LEAF_BYTES - 1) / Leaves.LEAF_BYTES;
        if (leaves.leafBytes() != Leaves.LEAF_BYTES
                || leaves.size() != content.size()
                || leaves.leaves().size() != count) {
            throw new UnknownOutcomeException("the list has " + leaves.leaves().size() + " leaves of "
                    + leaves.leafBytes() + " bytes, which do not make " + content.size());
        }
        return leaves;
    }

    /** Completes a GET so that it asks for the range alone, unless that is the whole. */
    static HttpRequest.Builder asking(HttpRequest.Builder get, Content content, BlobRange range) {
        return range.length() == content.size()
                ? get
                : get.header("Range", "bytes=" + range.offset() + "-" + (range.offset() + range.length() - 1));
    }

    /** Passes if the answer's body is the range that was asked for. */
    static void requirePart(Reply reply, Content content, BlobRange range) throws UnknownOutcomeException {
        if (range.length() == content.size()) {
            return;
        }
        String expected =
                "bytes %d-%d/%d".formatted(range.offset(), range.offset() + range.length() - 1, content.size());
        String actual = reply.header("Content-Range");
        if (!actual.equals(expected)) {
            throw new UnknownOutcomeException("asked for " + expected + ", the answer is '" + actual + "'");
        }
    }

    /** Gives the body to the sink, until its end or until the sink wants no more; returns how many bytes. */
    static long receive(InputStream body, BlobRange range, ByteSink into) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long received = 0;
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            received += count;
            if (received > range.length()) {
                break;
            }
            if (!into.accept(ByteBuffer.wrap(buffer, 0, count))) {
                return received;
            }
        }
        if (received != range.length()) {
            throw new UnknownOutcomeException(range.length() + " bytes were asked for, "
                    + (received > range.length() ? "more" : "only " + received) + " came");
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
