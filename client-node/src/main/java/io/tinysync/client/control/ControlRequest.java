package io.tinysync.client.control;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request to the daemon; it has parameters and no body.
 *
 * @param method GET or POST
 * @param path such as {@code /v1/status}
 */
public record ControlRequest(String method, String path, Map<String, String> parameters) {

    /** A request's head; three times PATH_MAX, percent-encoded, and room for headers. */
    static final int MAX_HEAD_BYTES = 40 * 1024;

    public ControlRequest {
        parameters = Map.copyOf(parameters);
    }

    public static ControlRequest get(String path, Map<String, String> parameters) {
        return new ControlRequest("GET", path, parameters);
    }

    public static ControlRequest post(String path, Map<String, String> parameters) {
        return new ControlRequest("POST", path, parameters);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    byte[] toHead() {
        StringBuilder head = new StringBuilder(method).append(' ').append(path);
        char separator = '?';
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            head.append(separator).append(encode(parameter.getKey()));
            head.append('=').append(encode(parameter.getValue()));
            separator = '&';
        }
        head.append(" HTTP/1.1\r\nHost: tinysync\r\nConnection: close\r\n\r\n");
        return head.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The request that a head's first line makes. */
    static Optional<ControlRequest> parse(String requestLine) {
        String[] words = requestLine.split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.") || !words[1].startsWith("/")) {
            return Optional.empty();
        }
        int query = words[1].indexOf('?');
        String path = query < 0 ? words[1] : words[1].substring(0, query);
        try {
            return Optional.of(new ControlRequest(
                    words[0], path, query < 0 ? Map.of() : parameters(words[1].substring(query + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
