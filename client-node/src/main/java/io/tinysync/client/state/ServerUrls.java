package io.tinysync.client.state;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a server is reached: the addresses of its nodes, of which each answers every request. As text and in JSON they have commas between.
 *
 * @param all at least one, each {@code http(s)://HOST:PORT} without a trailing slash
 */
public record ServerUrls(List<URI> all) {

    public ServerUrls {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no server's address is given");
        }
    }

    public static ServerUrls of(URI... urls) {
        return new ServerUrls(List.of(urls));
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if a part of it is no server's address
     */
    @JsonCreator
    public static ServerUrls parse(String text) {
        return new ServerUrls(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .map(ServerUrls::url)
                .toList());
    }

    private static URI url(String text) {
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Like the other forms that are not addresses.
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no server's address: it should look like http://HOST:PORT");
    }

    @JsonValue
    @Override
    public String toString() {
        return all.stream().map(URI::toString).collect(Collectors.joining(","));
    }
}
