package io.tinysync.client.rescue;

import io.tinysync.client.Refusal;
import io.tinysync.client.content.KeptContents;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.client.store.Salvage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Copies what a device has and no server has acknowledged out of its state directory. */
public final class StateRescue {

    /**
     * What came of it.
     *
     * @param files copied
     * @param bytes of them
     * @param failures that the manifest tells of
     * @param problems of damaged stores, one sentence each
     */
    public record Report(long files, long bytes, long failures, Path manifest, List<String> problems) {}

    private StateRescue() {}

    /**
     * Copies to a folder, which is made if it is missing: one vault's files at their paths, several vaults' in a folder each.
     *
     * @param vault id or name; empty for all
     * @param inUse whether a daemon runs
     */
    public static Report copyOut(StateDirectory state, Optional<String> vault, Path target, boolean inUse) {
        Path to = target.toAbsolutePath().normalize();
        if (to.startsWith(state.path())) {
            throw new Refusal(to + " is in the state directory: name a folder outside of it");
        }
        List<KnownVault> vaults = KnownVault.in(state, vault);
        long files = 0;
        long bytes = 0;
        long failures = 0;
        List<String> problems = new ArrayList<>();
        try (RescueFolder folder = RescueFolder.open(to)) {
            for (KnownVault each : vaults) {
                String prefix = vaults.size() == 1 ? "" : each.name() + "/";
                try (Salvage store = Salvage.of(each.store(), inUse)) {
                    Rescue.Outcome outcome = new Rescue(store, new KeptContents(each.contents()), folder, prefix).run();
                    files += outcome.files();
                    bytes += outcome.bytes();
                    failures += outcome.failures();
                    store.problems().forEach(problem -> problems.add(each.name() + ": " + problem));
                }
            }
            return new Report(files, bytes, failures, folder.manifest(), problems);
        } catch (IOException e) {
            throw Refusal.of("cannot copy to " + to, e);
        }
    }
}
