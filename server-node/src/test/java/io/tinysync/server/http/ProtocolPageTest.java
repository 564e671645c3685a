package io.tinysync.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.RejectionCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/protocol.md} names every route and every code, and none that there is not. */
final class ProtocolPageTest {

    private static final Path PAGE = Path.of("..", "docs", "protocol.md");

    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern REQUEST = Pattern.compile("(GET|HEAD|PUT|POST|PATCH|DELETE)(?: (/[^ ?]*).*)?");
    private static final Pattern PROBLEM = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| (\\d{3}) \\|");

    private final String page = read();

    private static String read() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void everyRouteIsOnThePageAndEveryRouteOfThePageIsOne() {
        Set<String> routes = Operation.all().stream()
                .filter(operation -> !operation.template().startsWith("/internal/"))
                .map(operation -> operation.method().name() + " " + operation.template())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(page.lines().filter(line -> line.startsWith("| `")).flatMap(ProtocolPageTest::routes))
                .hasSameElementsAs(routes);
    }

    /** From a table's first cell: several methods may share a path. */
    private static Stream<String> routes(String line) {
        List<String> routes = new ArrayList<>();
        List<String> methods = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(line.split("\\|", 3)[1]);
        while (quoted.find()) {
            Matcher request = REQUEST.matcher(quoted.group(1));
            if (request.matches()) {
                methods.add(request.group(1));
                if (request.group(2) != null) {
                    methods.forEach(method -> routes.add(method + " " + request.group(2)));
                    methods.clear();
                }
            }
        }
        return routes.stream();
    }

    @Test
    void everyProblemIsOnThePageWithItsStatus() {
        Set<String> codes = Stream.of(ProblemCode.values())
                .filter(code -> code != ProblemCode.UNKNOWN)
                .map(code -> code + " " + Problems.status(code))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(PROBLEM.matcher(page).results().map(found -> found.group(1) + " " + found.group(2)))
                .containsExactlyInAnyOrderElementsOf(codes);
    }

    @Test
    void everyRejectionIsOnThePage() {
        assertThat(RejectionCode.values())
                .filteredOn(code -> code != RejectionCode.UNKNOWN)
                .allSatisfy(code -> assertThat(page).contains("`" + code + "`"));
    }

    @Test
    void theDocumentNamesEveryCodeToo() {
        assertThat(ProblemCode.values())
                .filteredOn(code -> code != ProblemCode.UNKNOWN)
                .allSatisfy(code -> assertThat(described("ProblemCode")).contains(code.toString()));
        assertThat(RejectionCode.values())
                .filteredOn(code -> code != RejectionCode.UNKNOWN)
                .allSatisfy(code -> assertThat(described("RejectionCode")).contains(code.toString()));
    }

    private static List<String> described(String schema) {
        String text = ApiDocument.SERVED
                .root()
                .at("/components/schemas/" + schema + "/description")
                .asText();
        return List.of(text.split("[^a-z_]+", -1));
    }
}
