package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.control.ListedHeld;
import io.tinysync.engine.protocol.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands about held files have in common: their options, and what they ask of the daemon and do on the drive. */
final class HeldCalls {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** A close is answered before the daemon has let go of the file. */
    private static final Duration RELEASE = Duration.ofSeconds(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    @Mixin
    private StateOption state;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            description = "Id or name of the vault (default: all that are attached).")
    private @Nullable String vault;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Prints those at and below a path. */
    void print(String path) {
        DaemonAnswer.print(ask(path, json));
    }

    /** The listed files of these names, which must all be there. */
    List<ListedHeld> find(List<String> paths) {
        List<ListedHeld> held = list();
        return paths.stream().map(path -> find(path, held)).toList();
    }

    private static ListedHeld find(String path, List<ListedHeld> held) {
        List<ListedHeld> matches = held.stream()
                .filter(each -> path.replaceAll("^/+", "").equals(each.path())
                        || path.equals(each.mountpoint() + "/" + each.path()))
                .toList();
        if (matches.size() != 1) {
            throw new Refusal(
                    matches.isEmpty()
                            ? "'" + path + "' is not held"
                            : "several vaults hold a '" + path + "': name one with --vault");
        }
        return matches.getFirst();
    }

    /** Settles each in turn and says what was done; the first that cannot be ends it. */
    void settle(List<String> paths, Function<ListedHeld, String> how) {
        List<ListedHeld> found = find(paths);
        for (ListedHeld each : found) {
            String said = how.apply(each);
            if (!json) {
                Output.print(said);
            }
        }
        if (json) {
            Output.printJson(found);
        }
    }

    /** Writes a byte of the file as it is, and closes it: what any program can do on the drive, and an edit like any other. */
    String keep(ListedHeld held) {
        Path file = Path.of(held.mountpoint()).resolve(held.path());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer first = ByteBuffer.allocate(1);
            if (channel.read(first, 0) == 1) {
                channel.write(first.flip(), 0);
            }
        } catch (IOException e) {
            throw Refusal.of("cannot write " + file, e);
        }
        awaitEnd(held);
        return "'" + held.path() + "' is kept as it was recovered, and sent";
    }

    private void awaitEnd(ListedHeld held) {
        long giveUpAt = System.nanoTime() + RELEASE.toNanos();
        while (list().stream().anyMatch(each -> isSame(each, held))) {
            if (System.nanoTime() > giveUpAt) {
                throw new Refusal("'" + held.path() + "' stays held until the program that has it open closes it");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static boolean isSame(ListedHeld one, ListedHeld other) {
        return one.mountpoint().equals(other.mountpoint()) && one.path().equals(other.path());
    }

    String drop(ListedHeld held) {
        Map<String, String> parameters = Map.of("vault", held.vault(), "path", held.path());
        ControlAnswer answer = daemon().require(ControlRequest.post("/v1/held/drop", parameters), TIMEOUT);
        if (!answer.isDone()) {
            throw new Refusal(answer.text().strip());
        }
        return answer.text().strip();
    }

    /** Asks the person at the terminal. */
    boolean confirmed(List<ListedHeld> held) {
        if (!Output.isTerminal()) {
            throw new ParameterException(spec.commandLine(), "--yes is needed where there is no terminal to ask at");
        }
        held.forEach(each -> System.err.println(each.path() + ": " + each.size() + " bytes recovered"));
        return Optional.ofNullable(System.console())
                .map(terminal -> terminal.readLine("give up what was recovered of these %d files? [y/N] ", held.size()))
                .map(said -> said.strip().toLowerCase(Locale.ROOT).startsWith("y"))
                .orElse(false);
    }

    private List<ListedHeld> list() {
        ControlAnswer answer = ask("", true);
        if (!answer.isDone()) {
            throw new Refusal(answer.text().strip());
        }
        try {
            return List.of(Json.read(answer.text().getBytes(StandardCharsets.UTF_8), ListedHeld[].class));
        } catch (Json.MalformedException e) {
            throw Refusal.of("the daemon's answer is not understood", e);
        }
    }

    private ControlAnswer ask(String path, boolean asJson) {
        Map<String, String> parameters = new HashMap<>(DaemonAnswer.format(asJson));
        parameters.put("path", path);
        if (vault != null) {
            parameters.put("vault", vault);
        }
        return daemon().require(ControlRequest.get("/v1/held", parameters), TIMEOUT);
    }

    private ControlClient daemon() {
        return new ControlClient(state.directory());
    }
}
