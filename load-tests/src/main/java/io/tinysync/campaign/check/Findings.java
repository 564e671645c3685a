package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.VaultId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The violations of one vault, in the order in which they were found. */
final class Findings {

    /** More of them say nothing new, and one fault may bring thousands. */
    private static final int KEPT = 100;

    private final VaultId vault;
    private final List<Violation> violations = new ArrayList<>();
    private long count;

    Findings(VaultId vault) {
        this.vault = vault;
    }

    void add(Violation.Kind kind, @Nullable Long seq, @Nullable OpId opId, String sentence) {
        count++;
        if (violations.size() < KEPT) {
            violations.add(new Violation(kind, vault, seq, opId, sentence));
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    long count() {
        return count;
    }

    List<Violation> kept() {
        return List.copyOf(violations);
    }
}
