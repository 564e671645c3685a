package io.tinysync.server.http;

import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.links.OpenLink;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What a link has the browser bring back, signed, for some time: that its password was known, and that a download was counted. */
final class PublicCookies {

    private static final String OPENED = "tinysync_link";
    private static final String COUNTED = "tinysync_download";

    private static final Duration OPENED_FOR = Duration.ofMinutes(30);

    /** A download that was cut off goes on for so long without being counted again. */
    private static final Duration COUNTED_FOR = Duration.ofHours(1);

    private PublicCookies() {}

    static HttpHeader opened(Exchange exchange, OpenLink link, String path) {
        String seal = link.seal().sealed(OPENED, Instant.now(), OPENED_FOR);
        return cookie(exchange, OPENED, seal, path, OPENED_FOR);
    }

    static boolean isOpened(Exchange exchange, OpenLink link) {
        return holds(exchange, link, OPENED, OPENED);
    }

    static HttpHeader counted(Exchange exchange, OpenLink link, Sha256 content, String path) {
        String seal = link.seal().sealed(COUNTED + content, Instant.now(), COUNTED_FOR);
        return cookie(exchange, COUNTED, seal, path, COUNTED_FOR);
    }

    static boolean isCounted(Exchange exchange, OpenLink link, Sha256 content) {
        return holds(exchange, link, COUNTED, COUNTED + content);
    }

    private static boolean holds(Exchange exchange, OpenLink link, String name, String what) {
        Instant now = Instant.now();
        return values(exchange, name).anyMatch(value -> link.seal().holds(what, value, now));
    }

    private static Stream<String> values(Exchange exchange, String name) {
        return exchange.header("Cookie").stream()
                .flatMap(header -> Stream.of(header.split(";")))
                .map(String::strip)
                .filter(cookie -> cookie.startsWith(name + "="))
                .map(cookie -> cookie.substring(name.length() + 1));
    }

    /** To that path and what is below it alone, out of reach of scripts and of other sites' pages. */
    private static HttpHeader cookie(Exchange exchange, String name, String value, String path, Duration lifetime) {
        return RawHeader.create(
                "Set-Cookie",
                name + "=" + value + "; Path=" + path + "; Max-Age=" + lifetime.toSeconds()
                        + "; HttpOnly; SameSite=Strict"
                        + (TrustedProxies.isEncrypted(exchange.request()) ? "; Secure" : ""));
    }
}
