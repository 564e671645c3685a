package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpMethod;

/** The API's table of routes. */
final class Routes {

    private final List<Route> routes;

    /** @param routes one for each operation that the documents have */
    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
        Set<Operation> open = new HashSet<>(Operation.all());
        for (Route route : routes) {
            if (!open.remove(route.operation())) {
                throw new IllegalArgumentException("two routes answer the operation " + route.operation());
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalArgumentException("no route answers the operations " + open);
        }
    }

    /** A route that fits a request, with the values of its path. */
    record Match(Route route, Map<String, String> path) {}

    /**
     * Finds the route.
     *
     * @throws ProblemException if no route has this path, or none of those that have it takes this method
     */
    Match find(HttpMethod method, String path) {
        List<String> allowed = new ArrayList<>();
        for (Route route : routes) {
            Optional<Map<String, String>> values = route.match(path);
            if (values.isPresent() && route.operation().method().equals(method)) {
                return new Match(route, values.get());
            }
            values.ifPresent(ignored -> allowed.add(route.operation().method().name()));
        }
        if (allowed.isEmpty()) {
            throw ProblemException.notFound("path");
        }
        throw new ProblemException(
                ProblemCode.METHOD_NOT_ALLOWED,
                method.name() + " is not among the methods of this path: " + String.join(", ", allowed));
    }
}
