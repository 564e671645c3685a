package io.tinysync.client.http;

import io.tinysync.engine.device.Answers.Refused;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;

/** A response whose head has arrived. Closing it lets its connection go, whatever is left of the body. */
final class Reply implements AutoCloseable {

    /** A log page of 1,000 entries, or the results of 256 ops, is below 1 MiB where names are not all at their limit. */
    private static final int MAX_BODY_BYTES = 32 << 20;

    private static final int MAX_PROBLEM_BYTES = 64 << 10;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int BUFFER_BYTES = 64 << 10;

    private final HttpResponse<InputStream> response;
    private final StallGuard guard;
    private final AskedToWait waits;

    Reply(HttpResponse<InputStream> response, StallGuard guard, AskedToWait waits) {
        this.waits = waits;
        this.response = response;
        this.guard = guard;
        guard.progressed();
    }

    boolean isSuccess() {
        return response.statusCode() / 100 == 2;
    }

    boolean isGzip() {
        return header("Content-Encoding").equalsIgnoreCase("gzip");
    }

    /** A header's value; empty if there is none. */
    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** The body, for a reader that tells of its progress by itself. */
    InputStream stream() {
        return new Progress(response.body(), guard);
    }

    byte[] body() throws IOException {
        return body(MAX_BODY_BYTES);
    }

    private byte[] body(int maxBytes) throws IOException {
        try (InputStream stream = stream()) {
            byte[] bytes = stream.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new UnknownOutcomeException("the answer is over " + maxBytes + " bytes");
            }
            return bytes;
        }
    }

    /** The document in a body of success. */
    <T> T read(Class<T> type) throws IOException {
        return Json.read(body(), type);
    }

    /**
     * The problem in any other body. That the server has no space left is one: it waits for a person, and others need not wait for it.
     *
     * @throws UnknownOutcomeException if the server cannot answer now, or the answer is none of a TinySync server's
     */
    Problem problem() throws IOException {
        int status = response.statusCode();
        Problem problem;
        try {
            problem = Json.read(body(MAX_PROBLEM_BYTES), Problem.class);
        } catch (Json.MalformedException e) {
            throw new UnknownOutcomeException("status " + status + " without a problem document", e);
        }
        if (problem.code() == ProblemCode.TOO_MANY_REQUESTS) {
            RetryAfter.asked(response).ifPresent(waits::atLeast);
        }
        if (isForLater(status, problem.code())) {
            throw new UnknownOutcomeException("status " + status + ": " + describe(problem));
        }
        return problem;
    }

    private static boolean isForLater(int status, ProblemCode code) {
        boolean isFull = code == ProblemCode.INSUFFICIENT_STORAGE;
        return (status >= SERVER_ERROR && !isFull)
                || status == TOO_MANY_REQUESTS
                || status == REQUEST_TIMEOUT
                || status < 400;
    }

    static Refused refused(Problem problem) {
        ProblemCode code = problem.code();
        return new Refused(code, describe(problem));
    }

    private static String describe(Problem problem) {
        String detail = problem.detail();
        return problem.code() + ": " + (detail == null ? problem.title() : detail);
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }

    /** Tells the guard of every piece that is read. */
    private static final class Progress extends FilterInputStream {
        private final StallGuard guard;

        Progress(InputStream stream, StallGuard guard) {
            super(stream);
            this.guard = guard;
        }

        @Override
        public int read() throws IOException {
            guard.progressed();
            return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, Math.min(length, BUFFER_BYTES));
            guard.progressed();
            return count;
        }
    }
}
