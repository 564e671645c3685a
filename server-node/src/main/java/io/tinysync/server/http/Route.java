package io.tinysync.server.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * One line of the API's table.
 *
 * @param template a path whose segments in braces match anything and give it that name
 */
record Route(HttpMethod method, String template, Access access, Handler handler) {

    /** Answers a request whose caller may make it. May block; runs on a virtual thread. */
    @FunctionalInterface
    interface Handler {
        HttpResponse answer(Exchange exchange) throws Exception;
    }

    /** The values of the template's names; empty if the path is another. */
    Optional<Map<String, String>> match(String path) {
        List<String> wanted = List.of(template.split("/", -1));
        List<String> given = List.of(path.split("/", -1));
        if (wanted.size() != given.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            String segment = wanted.get(i);
            if (segment.startsWith("{")) {
                values.put(segment.substring(1, segment.length() - 1), given.get(i));
            } else if (!segment.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
