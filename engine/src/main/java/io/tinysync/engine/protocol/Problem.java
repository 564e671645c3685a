package io.tinysync.engine.protocol;

import org.jspecify.annotations.Nullable;

/**
 * An error answer (RFC 9457, {@code application/problem+json}).
 *
 * @param type always {@code about:blank}; the code is what programs go by
 * @param title a short sentence for people, the same for every problem of this code
 * @param status the HTTP status
 * @param code stable
 * @param detail what happened this time, with the value and the limit
 * @param highestRequestNo with {@link ProblemCode#DEVICE_REWOUND}
 */
public record Problem(
        String type,
        String title,
        int status,
        ProblemCode code,
        @Nullable String detail,
        @Nullable Long highestRequestNo) {

    public static final String MEDIA_TYPE = "application/problem+json";
}
