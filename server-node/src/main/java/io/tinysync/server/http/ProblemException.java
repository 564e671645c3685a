package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.util.OptionalLong;

/** A request's handler cannot give the answer that was asked for, and gives this problem instead. No fault, so no stack trace. */
final class ProblemException extends RuntimeException {

    private final ProblemCode code;
    private final OptionalLong highestRequestNo;

    ProblemException(ProblemCode code, String detail) {
        this(code, detail, OptionalLong.empty());
    }

    private ProblemException(ProblemCode code, String detail, OptionalLong highestRequestNo) {
        super(detail, null, false, false);
        this.code = code;
        this.highestRequestNo = highestRequestNo;
    }

    static ProblemException rewound(long highestRequestNo) {
        String detail = "request_no must be above " + highestRequestNo;
        return new ProblemException(ProblemCode.DEVICE_REWOUND, detail, OptionalLong.of(highestRequestNo));
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
}
