package io.tinysync.server.http;

import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What every answer for people tells their browser: to run nothing of others, to guess nothing, to keep nothing and to tell nobody. */
final class PublicHeaders {

    private static final List<HttpHeader> ALL = List.of(
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("X-Frame-Options", "DENY"),
            RawHeader.create("Referrer-Policy", "no-referrer"),
            RawHeader.create("X-Robots-Tag", "noindex, nofollow, noarchive"),
            RawHeader.create("Cache-Control", "private, no-store"),
            RawHeader.create("Cross-Origin-Opener-Policy", "same-origin"),
            RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"));

    private static final String NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    /** Should a browser show a file after all, it does so in a place of its own, without scripts. */
    private static final HttpHeader CONTENT =
            RawHeader.create("Content-Security-Policy", NOTHING + "; form-action 'none'; sandbox");

    private static final HttpHeader DOCS = RawHeader.create(
            "Content-Security-Policy",
            NOTHING + "; form-action 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'");

    private PublicHeaders() {}

    static HttpResponse onContent(HttpResponse response) {
        return response.addHeaders(ALL).addHeader(CONTENT);
    }

    /** @param styleHash of the one style sheet that the page may have, which stands in it */
    static HttpResponse onPage(HttpResponse response, String styleHash) {
        return response.addHeaders(ALL)
                .addHeader(RawHeader.create(
                        "Content-Security-Policy",
                        NOTHING + "; form-action 'self'; style-src 'sha256-" + styleHash + "'"));
    }

    /** The API's page, which has scripts and style sheets; they come from this server, and send nothing elsewhere. */
    static HttpResponse onDocs(HttpResponse response) {
        return response.addHeaders(ALL).addHeader(DOCS);
    }
}
