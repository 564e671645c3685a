package io.tinysync.server.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/**
 * The proxies that are believed when they say from where a request came: only these, and only by {@code X-Forwarded-For}, to which each adds
 * at its end whom it heard, and {@code X-Forwarded-Proto}. {@code Forwarded} is not looked at: of a proxy that writes one of the two, the other
 * is its client's.
 */
public final class TrustedProxies {

    static final String FORWARDED_FOR = "X-Forwarded-For";
    static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private static final AttributeKey<Boolean> ENCRYPTED = AttributeKey.create("encrypted", Boolean.class);

    private final List<AddressRange> ranges;

    private TrustedProxies(List<AddressRange> ranges) {
        this.ranges = ranges;
    }

    /**
     * Those within ranges, each ADDRESS or ADDRESS/BITS.
     *
     * @throws IllegalArgumentException if one is not of this form
     */
    public static TrustedProxies within(List<String> ranges) {
        return new TrustedProxies(ranges.stream().map(AddressRange::parse).toList());
    }

    /** The request as from whoever sent it: its remote address is the last one on its way that is no proxy of ours. */
    HttpRequest seen(HttpRequest request) {
        RemoteAddress remote =
                request.getAttribute(AttributeKeys.remoteAddress).orElse(RemoteAddress.create(new byte[4]));
        Optional<InetAddress> peer = remote.getAddress();
        if (peer.filter(this::isOne).isEmpty()) {
            return request;
        }
        InetAddress sender = sender(peer.get(), headers(request, FORWARDED_FOR));
        HttpRequest seen = request.addAttribute(AttributeKeys.remoteAddress, RemoteAddress.create(sender));
        return headers(request, FORWARDED_PROTO).equals("https") ? seen.addAttribute(ENCRYPTED, true) : seen;
    }

    /** Whether the sender's connection, to this server or to a proxy that is believed, is encrypted. */
    static boolean isEncrypted(HttpRequest request) {
        return request.getUri().getScheme().equals("https")
                || request.getAttribute(ENCRYPTED).isPresent();
    }

    /** Of several lines of a header, as if they were one. */
    private static String headers(HttpRequest request, String name) {
        return StreamSupport.stream(request.getHeaders().spliterator(), false)
                .filter(header -> header.is(name.toLowerCase(Locale.ROOT)))
                .map(HttpHeader::value)
                .reduce((before, next) -> before + "," + next)
                .orElse("")
                .strip();
    }

    /** Goes back from proxy to proxy, and no further than one whose word does not count or is not understood. */
    private InetAddress sender(InetAddress peer, String forwardedFor) {
        InetAddress sender = peer;
        for (String hop : Arrays.asList(forwardedFor.split(",")).reversed()) {
            Optional<InetAddress> before = AddressRange.address(withoutPort(hop.strip()));
            if (before.isEmpty()) {
                return sender;
            }
            sender = before.get();
            if (!isOne(sender)) {
                return sender;
            }
        }
        return sender;
    }

    /** Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711. */
    private static String withoutPort(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? hop : hop.substring(1, end);
        }
        int colon = hop.indexOf(':');
        return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }

    private boolean isOne(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.has(address));
    }
}
