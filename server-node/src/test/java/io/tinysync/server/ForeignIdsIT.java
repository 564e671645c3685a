package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.OpenApiDocument.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two devices in different groups learn nothing of each other's vaults, and change nothing there: every operation is asked with every id of
 * the other in every place, and answers as it does to a twin of the asking device for an id that never was.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForeignIdsIT {

    private static final Set<String> HASHES = Set.of("sha256", "begun_sha256");

    /** A link's token is no id: whoever has it may read. */
    private static final Set<String> NO_IDS = Set.of("token", "path", "chain");

    private TestServer server;
    private Household theirs;
    private Household asking;
    private Household twin;
    private List<String> before;
    /** What was said of theirs in the requests of one operation: items may have ids that others' things have, in one's own vault. */
    private final Set<String> said = new HashSet<>();

    /** For each value of theirs, the one that never was. */
    private final Map<String, String> standIns = new HashMap<>();

    private int number;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
        theirs = new Household(server, "theirs");
        asking = new Household(server, "asks-a");
        twin = new Household(server, "asks-b");
    }

    @BeforeEach
    void look() {
        before = theirs.state();
        said.clear();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    static Stream<Operation> operations() {
        return Stream.of(OpenApiDocument.ofClassPath(), OpenApiDocument.internal())
                .flatMap(document -> document.operations().stream());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anIdOfTheOtherIsAsOneThatNeverWas(Operation operation) {
        for (RequestForms.Open form : RequestForms.of(operation)) {
            for (Map<String, String> given : foreign(form.places())) {
                compare(form, given);
            }
        }
        assertThat(theirs.state()).isEqualTo(before);
    }

    /** Which values of theirs stand in which places: each alone, of whatever kind it is, and all that belong there at once. */
    private List<Map<String, String>> foreign(Set<String> places) {
        List<Map<String, String>> all = new ArrayList<>();
        Map<String, String> whole = new TreeMap<>();
        for (String place : places) {
            for (String value : candidates(place)) {
                all.add(Map.of(place, value));
            }
            if (theirs.ids().containsKey(place) && !place.equals("token")) {
                whole.put(place, theirs.ids().get(place));
            }
        }
        if (!whole.isEmpty()) {
            all.add(whole);
        }
        return all;
    }

    private Set<String> candidates(String place) {
        Map<String, String> ids = theirs.ids();
        if (!ids.containsKey(place)) {
            return Set.of();
        }
        Set<String> candidates = new TreeSet<>();
        ids.forEach((kind, value) -> {
            boolean fits = HASHES.contains(place) == HASHES.contains(kind) && !NO_IDS.contains(kind);
            if (kind.equals(place) ? !kind.equals("token") : fits && !place.equals("chain")) {
                candidates.add(value);
            }
        });
        return candidates;
    }

    private void compare(RequestForms.Open form, Map<String, String> given) {
        number++;
        said.addAll(given.values());
        Map<String, String> never = neverBeen(given);
        Response toTheirs = ask(asking, asking.device().api(), form, given);
        Response toNever = ask(twin, twin.device().api(), form, never);
        assertThat(seen(toTheirs, given)).as("%s with %s", form, given).isEqualTo(seen(toNever, never));
        tellsNothing(toTheirs, said);
    }

    /** Nor does who has no token at all. */
    @ParameterizedTest
    @MethodSource("operations")
    void aStrangerIsToldNothingEither(Operation operation) {
        for (RequestForms.Open form : RequestForms.of(operation)) {
            List<Map<String, String>> foreign = foreign(form.places());
            if (!foreign.isEmpty()) {
                Map<String, String> given = foreign.getLast();
                Map<String, String> never = neverBeen(given);
                Response toTheirs = ask(asking, server.anyone(), form, given);
                assertThat(seen(toTheirs, given))
                        .as("%s with %s", form, given)
                        .isEqualTo(seen(ask(twin, server.anyone(), form, never), never));
                tellsNothing(toTheirs, given.values());
            }
        }
        assertThat(theirs.state()).isEqualTo(before);
    }

    private Map<String, String> neverBeen(Map<String, String> given) {
        Map<String, String> never = new TreeMap<>();
        given.forEach((place, value) -> never.put(place, standIns.computeIfAbsent(value, ForeignIdsIT::standIn)));
        return never;
    }

    /** Something of the same form that nobody has. */
    private static String standIn(String value) {
        if (value.matches("[0-9a-f]{64}")) {
            return Sha256.hash(UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8))
                    .toString();
        }
        if (value.matches("[0-9a-f]{32}")) {
            return UUID.randomUUID().toString().replace("-", "");
        }
        return value.matches("[0-9a-f-]{36}") ? UUID.randomUUID().toString() : "never!-file";
    }

    private Response ask(Household own, ApiClient caller, RequestForms.Open form, Map<String, String> given) {
        return caller.send(form.filled(caller, place -> value(own, place, given.get(place))));
    }

    private String value(Household own, String place, @Nullable String given) {
        if (given != null) {
            return given;
        }
        return switch (place) {
            case "new_op_id", "new_item_id" -> UUID.randomUUID().toString();
            case "new_name" -> "new " + number;
            case "request_no" -> String.valueOf(own.nextRequestNo());
            case "seq" -> "4";
            case "file" -> "docs.css";
            default -> {
                String id = own.ids().get(place);
                if (id == null) {
                    throw new AssertionError("no household has a value for the place " + place);
                }
                yield id;
            }
        };
    }

    /** An answer as far as it may differ between the twins: without what they are called themselves, and when it was. */
    private static String seen(Response answer, Map<String, String> given) {
        String text = answer.header("Content-Encoding").equals("gzip") ? answer.unzippedText() : answer.text();
        Map<String, List<String>> headers =
                new TreeMap<>(answer.http().headers().map());
        headers.keySet().removeAll(Set.of("date", "x-request-id", "content-length"));
        String seen = answer.status() + " " + headers + " " + text;
        for (Map.Entry<String, String> value : given.entrySet()) {
            seen = seen.replace(value.getValue(), "<" + value.getKey() + ">");
        }
        return seen.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>")
                .replaceAll("[0-9a-f]{64}", "<hash>")
                .replaceAll("[0-9a-f]{32}", "<chain>")
                .replaceAll("/p/[A-Za-z0-9_-]{43}", "/p/<token>")
                .replaceAll("\"token\":\"[^\"]*\"", "\"token\":\"<token>\"")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<time>")
                .replaceAll("asks-[ab]", "asks");
    }

    private void tellsNothing(Response answer, Collection<String> given) {
        String all = answer.http().headers().map() + answer.text();
        theirs.secrets().stream()
                .filter(secret -> given.stream().noneMatch(known -> known.contains(secret)))
                .forEach(secret -> assertThat(all).doesNotContain(secret));
    }

    /** Before the others have made items of ids that are theirs. */
    @Test
    @Order(1)
    void listsHaveOnlyWhatIsOnesOwn() {
        for (Operation operation : operations().toList()) {
            for (RequestForms.Open form : RequestForms.of(operation)) {
                if (operation.method().equals("DELETE")) {
                    continue;
                }
                for (Household own : List.of(asking, twin)) {
                    Response answer = ask(own, own.device().api(), form, Map.of());
                    assertThat(answer.status() == 400 && !operation.id().equals("wake"))
                            .as("%s is not understood: %s", form, answer.text())
                            .isFalse();
                    tellsNothing(answer, Set.of());
                    tellsNothing(ask(own, server.anyone(), form, Map.of()), Set.of());
                }
            }
        }
        assertThat(theirs.state()).isEqualTo(before);
    }

    /** Whoever has the bytes may bring them, and is not told that somebody else has them too. */
    @Test
    void bytesOfTheOtherAreTakenAsBytesThatNobodyHas() {
        Response of =
                asking.device().api().putBlob(asking.vault().id(), hash("theirs-content"), bytes("theirs-content"));
        Response new1 = twin.device().api().putBlob(twin.vault().id(), hash("nobody-content"), bytes("nobody-content"));

        assertThat(seen(of, Map.of())).isEqualTo(seen(new1, Map.of()));
        assertThat(theirs.state()).isEqualTo(before);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Sha256 hash(String text) {
        return Sha256.hash(bytes(text));
    }

    @Test
    void aSocketHearsOfOnesOwnVaultsAlone() throws Exception {
        SharingVault listening = new SharingVault(server, "listening");
        try (WakeListener socket = WakeListener.connect(server.url(), listening.device())) {
            assertThat(socket.next().vaultId()).isEqualTo(listening.id());

            theirs.vault().folder(ItemId.ROOT, "unheard");
            listening.folder(ItemId.ROOT, "heard");

            assertThat(socket.next().vaultId()).isEqualTo(listening.id());
        }
    }
}
