package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestIdTest {

    private static HttpRequest named(String name) {
        return HttpRequest.GET("/").addHeader(RawHeader.create("x-request-id", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "4bf92f35-77b3", "Root=1-67891233-abcdef012345678912345678", "a.b_c~d:e+f/g="})
    void a_sane_name_is_taken(String name) {
        assertThat(RequestId.of(named(name)).text()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\"b", "a{b", "a\nb", "ä", "a;b", "<b>", "a\\b"})
    void a_name_that_could_pass_for_something_else_is_not_taken(String name) {
        assertThat(RequestId.of(named(name)).text()).hasSize(36).isNotEqualTo(name);
    }

    @Test
    void a_name_has_128_characters_at_most() {
        String longest = "x".repeat(128);
        assertThat(RequestId.of(named(longest)).text()).isEqualTo(longest);
        assertThat(RequestId.of(named(longest + "x")).text()).hasSize(36);
    }

    @Test
    void requests_without_a_name_get_different_ones() {
        HttpRequest request = HttpRequest.GET("/");
        assertThat(RequestId.of(request)).isNotEqualTo(RequestId.of(request));
    }

    @Test
    void a_request_goes_on_with_one_name() {
        HttpRequest request = new RequestId("new").on(named("old"));
        assertThat(request.getHeaders())
                .filteredOn(header -> header.is("x-request-id"))
                .extracting(HttpHeader::value)
                .containsExactly("new");
    }
}
