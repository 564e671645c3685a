package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TrustedProxiesTest {

    private static final TrustedProxies PROXIES =
            TrustedProxies.within(List.of("10.0.0.0/8", "192.168.1.1", "2001:db8::/32"));

    private static HttpRequest from(String peer, String... forwardedFor) {
        List<HttpHeader> headers = Stream.of(forwardedFor)
                .<HttpHeader>map(value -> RawHeader.create("X-Forwarded-For", value))
                .toList();
        return HttpRequest.GET("/")
                .withHeaders(headers)
                .addAttribute(AttributeKeys.remoteAddress, RemoteAddress.create(InetAddress.ofLiteral(peer)));
    }

    private static String sender(HttpRequest request) {
        return PROXIES.seen(request)
                .getAttribute(AttributeKeys.remoteAddress)
                .flatMap(RemoteAddress::getAddress)
                .orElseThrow()
                .getHostAddress();
    }

    @ParameterizedTest
    @CsvSource({
        "a stranger says nothing that counts, 203.0.113.1, 198.51.100.7, 203.0.113.1",
        "a proxy is believed, 10.1.2.3, 198.51.100.7, 198.51.100.7",
        "what the sender wrote before the proxy is not, 10.1.2.3, '1.2.3.4, 198.51.100.7', 198.51.100.7",
        "proxy behind proxy, 192.168.1.1, '1.2.3.4, 198.51.100.7, 10.9.9.9', 198.51.100.7",
        "a neighbour of a proxy is none, 192.168.1.2, 198.51.100.7, 192.168.1.2",
        "words are not understood, 10.1.2.3, '198.51.100.7, unknown', 10.1.2.3",
        "no name is looked up, 10.1.2.3, localhost, 10.1.2.3",
        "with a port, 10.1.2.3, 198.51.100.7:99, 198.51.100.7",
        "of six parts, 2001:db8::1, '[2001:db9::7]:99', 2001:db9:0:0:0:0:0:7",
        "of six parts without a port, 2001:db8::1, 2001:db9::7, 2001:db9:0:0:0:0:0:7",
        "all are proxies, 10.1.2.3, '10.0.0.5, 10.0.0.6', 10.0.0.5",
        "an empty header, 10.1.2.3, '', 10.1.2.3"
    })
    void the_sender_is_the_last_one_who_is_no_proxy(String why, String peer, String forwarded, String expected) {
        assertThat(sender(from(peer, forwarded))).as(why).isEqualTo(expected);
    }

    @Test
    void lines_of_the_header_count_as_one_and_none_as_none() {
        assertThat(sender(from("10.1.2.3", "1.2.3.4", "198.51.100.7, 10.0.0.1")))
                .isEqualTo("198.51.100.7");
        assertThat(sender(from("10.1.2.3"))).isEqualTo("10.1.2.3");
    }

    @Test
    void only_a_proxy_says_that_the_connection_is_encrypted() {
        RawHeader https = RawHeader.create("X-Forwarded-Proto", "https");
        assertThat(TrustedProxies.isEncrypted(PROXIES.seen(from("10.1.2.3").addHeader(https))))
                .isTrue();
        assertThat(TrustedProxies.isEncrypted(PROXIES.seen(from("203.0.113.1").addHeader(https))))
                .isFalse();
        assertThat(TrustedProxies.isEncrypted(PROXIES.seen(from("10.1.2.3")))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0/8", "::1/129"})
    void what_is_no_range_is_refused(String range) {
        assertThatThrownBy(() -> TrustedProxies.within(List.of(range))).isInstanceOf(IllegalArgumentException.class);
    }
}
