package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.control.ListedConflict;
import io.tinysync.engine.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tinysync conflicts}: lists conflict copies, shows where one is, and settles one. */
@Command(
        name = "conflicts",
        description = {
            "Lists the conflict copies on the drives: edits that came second, each in a file of its own.",
            "A conflict is over when its copy has another name or is gone. --keep does that for one; so does any program.",
        })
final class ConflictsCommand implements Runnable {

    /** What becomes of a conflict. */
    enum Keep {
        MINE,
        THEIRS,
        BOTH
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Mixin
    private StateOption state;

    @Parameters(
            arity = "0..1",
            paramLabel = "COPY",
            description = "One of the listed copies, as it is listed or by its full path, for --open and --keep.")
    private @Nullable String copy;

    @Option(names = "--open", description = "Print the copy's folder, and open it where there is a desktop.")
    private boolean open;

    @Option(
            names = "--keep",
            paramLabel = "mine|theirs|both",
            description = {
                "mine: what this device wrote becomes the file's content.",
                "theirs: what another device wrote does.",
                "both: the copy gets a plain name beside the file.",
            })
    private @Nullable Keep keep;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            description = "Id or name of the vault (default: all that are attached).")
    private @Nullable String vault;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        boolean one = open || keep != null;
        if (one != (copy != null) || (open && keep != null)) {
            throw new ParameterException(spec.commandLine(), "COPY is needed by --open or --keep, and by nothing else");
        }
        if (copy == null) {
            DaemonAnswer.print(ask(json));
        } else {
            settle(find(copy));
        }
    }

    private void settle(ListedConflict conflict) {
        ConflictSettlement settlement = new ConflictSettlement(conflict);
        boolean mineIsCopy = conflict.mine().equals("copy");
        if (keep == null) {
            Output.print(settlement.openFolder());
        } else {
            Output.print(
                    switch (keep) {
                        case MINE -> mineIsCopy ? settlement.keepCopy() : settlement.keepOriginal();
                        case THEIRS -> mineIsCopy ? settlement.keepOriginal() : settlement.keepCopy();
                        case BOTH -> settlement.keepBoth();
                    });
        }
    }

    private ListedConflict find(String asked) {
        List<ListedConflict> matches = listed().stream()
                .filter(each -> asked.equals(each.path()) || asked.equals(each.mountpoint() + "/" + each.path()))
                .toList();
        if (matches.size() != 1) {
            throw new Refusal(
                    matches.isEmpty()
                            ? "'" + asked + "' is none of the listed conflict copies"
                            : "several vaults have a conflict copy '" + asked + "': name one with --vault");
        }
        return matches.getFirst();
    }

    private List<ListedConflict> listed() {
        ControlAnswer answer = ask(true);
        if (!answer.isDone()) {
            throw new Refusal(answer.text().strip());
        }
        try {
            return List.of(Json.read(answer.text().getBytes(StandardCharsets.UTF_8), ListedConflict[].class));
        } catch (Json.MalformedException e) {
            throw Refusal.of("the daemon's answer is not understood", e);
        }
    }

    private ControlAnswer ask(boolean asJson) {
        Map<String, String> parameters = new HashMap<>(DaemonAnswer.format(asJson));
        if (vault != null) {
            parameters.put("vault", vault);
        }
        return new ControlClient(state.directory()).require(ControlRequest.get("/v1/conflicts", parameters), TIMEOUT);
    }
}
