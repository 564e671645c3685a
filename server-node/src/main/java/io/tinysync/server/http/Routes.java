package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpMethod;

/** The API's table of routes. */
final class Routes {

    private final List<Route> routes;

    Routes(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    Set<String> operations() {
        return routes.stream()
                .filter(route -> !route.template().startsWith(InternalRoutes.PREFIX))
                .map(route -> route.method().name() + " " + route.template())
                .collect(Collectors.toUnmodifiableSet());
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
            if (values.isPresent() && route.method().equals(method)) {
                return new Match(route, values.get());
            }
            values.ifPresent(ignored -> allowed.add(route.method().name()));
        }
        if (allowed.isEmpty()) {
            throw ProblemException.notFound("path");
        }
        throw new ProblemException(
                ProblemCode.METHOD_NOT_ALLOWED,
                method.name() + " is not among the methods of this path: " + String.join(", ", allowed));
    }
}
