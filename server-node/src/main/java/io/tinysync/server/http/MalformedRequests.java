package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Answers what is not HTTP, or over HTTP's own limits, or does not come, before any route sees it. Named in the server's configuration. */
public final class MalformedRequests extends ParsingErrorHandler {

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo info, LoggingAdapter log, ServerSettings settings) {
        return Problems.response(code(status, info), info.summary());
    }

    private static ProblemCode code(StatusCode status, ErrorInfo info) {
        if (info.summary().equals(ConnectionWatch.LATE_HEAD)) {
            return ProblemCode.REQUEST_TIMEOUT;
        }
        return status.intValue() == 413 ? ProblemCode.TOO_LARGE : ProblemCode.BAD_REQUEST;
    }
}
