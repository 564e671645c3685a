package io.tinysync.server.http;

import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The one place where a problem's code becomes an HTTP status, and a problem a response. */
final class Problems {

    private static final ContentType PROBLEM_JSON = MediaTypes.customWithFixedCharset(
                    "application", "problem+json", HttpCharsets.UTF_8, Map.of(), false)
            .toContentType();

    private static final String RETRY_AFTER = "Retry-After";

    private static final String RETRY_AFTER_SECONDS = "1";

    /** Somebody must make room first. */
    private static final String RETRY_AFTER_FULL_SECONDS = "30";

    private Problems() {}

    /** What a code looks like to HTTP and to people. */
    private record Form(int status, String title) {}

    private static Form form(ProblemCode code) {
        return switch (code) {
            case BAD_REQUEST -> new Form(400, "The request is not of the protocol's form");
            case UNAUTHORIZED -> new Form(401, "No valid token");
            case FORBIDDEN -> new Form(403, "The token is not for this");
            case NOT_FOUND -> new Form(404, "Not found");
            case METHOD_NOT_ALLOWED -> new Form(405, "The method is not allowed here");
            case REQUEST_TIMEOUT -> new Form(408, "The request came too slowly");
            case ALREADY_EXISTS -> new Form(409, "Exists already");
            case TOO_LARGE -> new Form(413, "Over the limit");
            case HASH_MISMATCH -> new Form(422, "The bytes do not have this hash");
            case OFFSET_MISMATCH -> new Form(409, "The upload stands elsewhere");
            case RANGE_NOT_SATISFIABLE -> new Form(416, "The range lies outside");
            case LOG_DIVERGED -> new Form(409, "The cursor is not on this history");
            case LOG_TRUNCATED -> new Form(410, "The entries are no longer kept");
            case DEVICE_REWOUND -> new Form(409, "The request's number was used before");
            case UNSUPPORTED_PROTOCOL -> new Form(400, "The protocol's version is not served");
            case TOO_MANY_UPLOADS -> new Form(429, "Too many uploads at once");
            case TOO_MANY_REQUESTS -> new Form(429, "Too many requests");
            case UNAVAILABLE -> new Form(503, "Cannot answer now");
            case INSUFFICIENT_STORAGE -> new Form(507, "No space left");
            case INTERNAL_ERROR, UNKNOWN -> new Form(500, "A fault of the server");
        };
    }

    static int status(ProblemCode code) {
        return form(code).status();
    }

    static HttpResponse response(ProblemException problem) {
        HttpResponse response = response(problem.code(), problem.detail(), problem.highestRequestNo());
        return problem.retryAfter()
                .map(wait -> response.removeHeader(RETRY_AFTER).addHeader(retryAfter(seconds(wait))))
                .orElse(response);
    }

    /** Rounded up: a second too early is too early. */
    private static String seconds(Duration wait) {
        return String.valueOf(wait.plusNanos(999_999_999).toSeconds());
    }

    static HttpResponse response(ProblemCode code, String detail) {
        return response(code, detail, OptionalLong.empty());
    }

    private static HttpResponse response(ProblemCode code, String detail, OptionalLong highestRequestNo) {
        Form form = form(code);
        Long highest = highestRequestNo.isPresent() ? highestRequestNo.getAsLong() : null;
        Problem problem = new Problem("about:blank", form.title(), form.status(), code, detail, highest);
        HttpResponse response = HttpResponse.create()
                .withStatus(form.status())
                .withEntity(HttpEntities.create(PROBLEM_JSON, Json.write(problem)));
        return switch (code) {
            case UNAUTHORIZED -> response.addHeader(RawHeader.create("WWW-Authenticate", "Bearer"));
            case UNAVAILABLE, TOO_MANY_REQUESTS, TOO_MANY_UPLOADS, REQUEST_TIMEOUT ->
                response.addHeader(retryAfter(RETRY_AFTER_SECONDS));
            case INSUFFICIENT_STORAGE -> response.addHeader(retryAfter(RETRY_AFTER_FULL_SECONDS));
            case BAD_REQUEST,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    ALREADY_EXISTS,
                    TOO_LARGE,
                    HASH_MISMATCH,
                    OFFSET_MISMATCH,
                    RANGE_NOT_SATISFIABLE,
                    LOG_DIVERGED,
                    LOG_TRUNCATED,
                    DEVICE_REWOUND,
                    UNSUPPORTED_PROTOCOL,
                    INTERNAL_ERROR,
                    UNKNOWN -> response;
        };
    }

    private static RawHeader retryAfter(String seconds) {
        return RawHeader.create(RETRY_AFTER, seconds);
    }
}
