package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Routes and documents are one table. */
final class RoutesTest {

    private static Route route(String operationId) {
        return new Route(operationId, exchange -> Answers.noContent());
    }

    private static List<Route> all() {
        return Operation.all().stream()
                .map(operation -> route(operation.id()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    @Test
    void thereIsNoRouteThatNoDocumentDescribes() {
        assertThatThrownBy(() -> route("readEverything")).hasMessageContaining("readEverything");
    }

    @Test
    void noOperationIsWithoutARoute() {
        List<Route> routes = all();
        Route removed = routes.removeLast();

        assertThatThrownBy(() -> new Routes(routes))
                .hasMessageContaining(removed.operation().id());
    }

    @Test
    void noOperationHasTwoRoutes() {
        List<Route> routes = all();
        routes.add(route("getVault"));

        assertThatThrownBy(() -> new Routes(routes)).hasMessageContaining("getVault");
    }
}
