package io.tinysync.client.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerUrlsTest {

    @Test
    void one_address_or_several_with_commas_between() {
        assertThat(ServerUrls.parse("http://a:1/").all()).containsExactly(URI.create("http://a:1"));
        assertThat(ServerUrls.parse("http://a:1, https://b").all())
                .containsExactly(URI.create("http://a:1"), URI.create("https://b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "http://a:1,", "a:1", "ftp://a", "http://", "http://a?x", "http://a b"})
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> ServerUrls.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://HOST:PORT");
    }

    @Test
    void in_a_file_it_is_the_text() throws Exception {
        ServerUrls urls = ServerUrls.parse("http://a:1,http://b:2");

        assertThat(new String(Json.write(urls), StandardCharsets.UTF_8)).isEqualTo("\"http://a:1,http://b:2\"");
        assertThat(Json.read(Json.write(urls), ServerUrls.class)).isEqualTo(urls);
    }
}
