package io.tinysync.server.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * One line of the API's table: an operation, and what answers it.
 *
 * @param entry what a request passes before its caller is looked for
 */
record Route(Operation operation, Handler handler, Entry entry) {

    private static final String REST = "/{path}";

    /** A route that every request may enter at once. */
    Route(String operationId, Handler handler) {
        this(operationId, handler, (request, work) -> work.answer(request));
    }

    /** @param operationId of an operation that a document describes */
    Route(String operationId, Handler handler, Entry entry) {
        this(Operation.named(operationId), handler, entry);
    }

    /** Answers a request whose caller may make it. May block; runs on a virtual thread. */
    @FunctionalInterface
    interface Handler {
        HttpResponse answer(Exchange exchange) throws Exception;
    }

    /** Lets requests in, each in its turn. */
    @FunctionalInterface
    interface Entry {

        /**
         * The answer of the work on the request.
         *
         * @throws ProblemException if the request is not let in
         */
        HttpResponse enter(HttpRequest request, Work work) throws Exception;
    }

    /** What is done with a request that was let in. */
    @FunctionalInterface
    interface Work {
        HttpResponse answer(HttpRequest request) throws Exception;
    }

    /** The values of the template's names; empty if the path is another. */
    Optional<Map<String, String>> match(String path) {
        String template = operation.template();
        List<String> wanted = List.of(template.split("/", -1));
        List<String> given = List.of(path.split("/", template.endsWith(REST) ? wanted.size() : -1));
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
