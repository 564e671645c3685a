package io.tinysync.server.http;

import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * What one request is called in the logs of all nodes that have to do with it, and in its answer. A caller or a proxy may give the name; one that
 * could make a line of the log look like another is not taken.
 *
 * @param text 1 to 128 letters, digits and characters of {@code -_.~:+/=}
 */
record RequestId(String text) {

    static final String HEADER = "X-Request-Id";

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._~:+/=-]{1,128}");

    /** As the request says, or else a new one. */
    static RequestId of(HttpRequest request) {
        return request.getHeader(HEADER)
                .map(HttpHeader::value)
                .filter(text -> SANE.matcher(text).matches())
                .map(RequestId::new)
                .orElseGet(() -> new RequestId(UUID.randomUUID().toString()));
    }

    /** The request with this name, which goes on to other nodes with it. */
    HttpRequest on(HttpRequest request) {
        return request.removeHeader(HEADER).addHeader(header());
    }

    HttpResponse on(HttpResponse response) {
        return response.addHeader(header());
    }

    private HttpHeader header() {
        return RawHeader.create(HEADER, text);
    }
}
