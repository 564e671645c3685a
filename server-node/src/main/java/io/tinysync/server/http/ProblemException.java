package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A request's handler cannot give the answer that was asked for, and gives this problem instead. No fault, so no stack trace. */
final class ProblemException extends RuntimeException {

    private final ProblemCode code;
    private final OptionalLong highestRequestNo;
    private final Optional<Duration> retryAfter;

    ProblemException(ProblemCode code, String detail) {
        this(code, detail, OptionalLong.empty(), Optional.empty());
    }

    private ProblemException(
            ProblemCode code, String detail, OptionalLong highestRequestNo, Optional<Duration> retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.highestRequestNo = highestRequestNo;
        this.retryAfter = retryAfter;
    }

    static ProblemException rewound(long highestRequestNo) {
        String detail = "request_no must be above " + highestRequestNo;
        return new ProblemException(
                ProblemCode.DEVICE_REWOUND, detail, OptionalLong.of(highestRequestNo), Optional.empty());
    }

    static ProblemException tooManyRequests(String detail, Duration retryAfter) {
        return new ProblemException(
                ProblemCode.TOO_MANY_REQUESTS, detail, OptionalLong.empty(), Optional.of(retryAfter));
    }

    static ProblemException notFound(String what) {
        return new ProblemException(ProblemCode.NOT_FOUND, "no such " + what);
    }

    ProblemCode code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    OptionalLong highestRequestNo() {
        return highestRequestNo;
    }

    /** When the same may succeed, where that is known better than by the code. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
