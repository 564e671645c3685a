package io.tinysync.campaign.check;

import io.tinysync.campaign.history.History;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole history. It is read twice, and each vault's final log once more beside the second reading. What is kept grows with the
 * entries (about 300 bytes each), with the blobs, and with what is in flight at one time, not with the requests.
 *
 * <p>For one thread, and used once.
 */
public final class HistoryChecker {

    /** A vault, and what is found about it. */
    private static final class Vault {

        private final VaultStatus status;
        private final Findings findings;
        private final FinalLogIndex index;

        Vault(VaultStatus status) {
            this.status = status;
            this.findings = new Findings(status.vaultId());
            this.index = new FinalLogIndex(findings);
        }
    }

    private final History history;
    private final Map<VaultId, Vault> vaults = new LinkedHashMap<>();
    private final Map<VaultId, VaultChecker> checkers = new HashMap<>();
    private final Map<Long, VaultChecker> askedOf = new HashMap<>();
    private final Map<String, Long> lastOfClient = new HashMap<>();
    private final Tally tally = new Tally();

    private HistoryChecker(History history) {
        this.history = history;
    }

    /**
     * Checks a history.
     *
     * @throws IllegalArgumentException if it names a vault before it says what that is
     * @throws java.io.UncheckedIOException if it cannot be read, or has a line that is no event before its last
     */
    public static Report check(History history) {
        return new HistoryChecker(history).run();
    }

    private Report run() {
        try (Stream<HistoryEvent> events = history.events()) {
            events.forEach(this::index);
        }
        vaults.values().forEach(vault -> vault.index.finish());
        List<Stream<Entry>> logs = new ArrayList<>();
        try (Stream<HistoryEvent> events = history.events()) {
            vaults.forEach((id, vault) -> {
                Stream<Entry> log = history.finalLog(id);
                logs.add(log);
                checkers.put(id, new VaultChecker(vault.status, vault.index, log.iterator(), vault.findings));
            });
            events.forEach(this::check);
        } finally {
            logs.forEach(Stream::close);
        }
        checkers.values().forEach(VaultChecker::finish);
        return report();
    }

    private void index(HistoryEvent event) {
        switch (event) {
            case HistoryEvent.VaultUsed(var status) -> vaults.putIfAbsent(status.vaultId(), new Vault(status));
            case HistoryEvent.FinalLog(var id, var page) ->
                known(id, vaults.get(id)).index.add(page);
            case HistoryEvent.Asked _, HistoryEvent.Answered _, HistoryEvent.FinalTree _ -> {}
        }
    }

    private void check(HistoryEvent event) {
        long number = tally.count(event);
        switch (event) {
            case HistoryEvent.Asked asked -> asked(asked, number);
            case HistoryEvent.Answered answered -> {
                VaultChecker checker = askedOf.remove(answered.request());
                if (checker != null) {
                    checker.answered(answered, number);
                }
            }
            case HistoryEvent.FinalTree tree ->
                known(tree.vault(), checkers.get(tree.vault())).finalTree(tree);
            case HistoryEvent.VaultUsed _, HistoryEvent.FinalLog _ -> {}
        }
    }

    private void asked(HistoryEvent.Asked asked, long number) {
        Long before = lastOfClient.put(asked.client(), asked.request());
        VaultChecker abandoned = before == null ? null : askedOf.remove(before);
        if (abandoned != null && before != null) {
            abandoned.givenUp(before);
        }
        VaultChecker checker = known(asked.vault(), checkers.get(asked.vault()));
        askedOf.put(asked.request(), checker);
        checker.asked(asked, number);
    }

    private static <T> T known(VaultId id, @Nullable T vault) {
        if (vault == null) {
            throw new IllegalArgumentException("the history names vault " + id + " before it says what that is");
        }
        return vault;
    }

    private Report report() {
        Collection<Vault> all = vaults.values();
        List<Violation> violations =
                all.stream().flatMap(vault -> vault.findings.kept().stream()).toList();
        long count = all.stream().mapToLong(vault -> vault.findings.count()).sum();
        List<String> unchecked = all.stream()
                .filter(vault -> vault.index.isSound() && !vault.index.canBeReplayed())
                .map(HistoryChecker::truncated)
                .toList();
        return new Report(tally.summary(), violations, count, unchecked);
    }

    private static String truncated(Vault vault) {
        return "vault " + vault.status.vaultId() + ": its log begins at seq " + vault.index.firstSeq()
                + ", so rejections, effects, snapshots and trees were not compared with states";
    }
}
