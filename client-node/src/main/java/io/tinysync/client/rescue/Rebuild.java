package io.tinysync.client.rescue;

import io.tinysync.client.Refusal;
import io.tinysync.client.content.KeptContents;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.client.store.RebuiltStore;
import io.tinysync.client.store.Salvage;
import io.tinysync.client.store.SqliteStore;
import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.Seal;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.tree.NameRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Makes a vault's store anew while no daemon runs: what can be read of it stays, and the index is fetched by the next daemon. */
public final class Rebuild {

    private Rebuild() {}

    /**
     * Makes it; the daemon's lock is held.
     *
     * @param vault id or name, where the directory holds more than one
     * @return a sentence about what was kept
     */
    public static String run(StateDirectory state, Optional<String> vault) {
        List<KnownVault> vaults = KnownVault.in(state, vault);
        if (vaults.size() > 1) {
            throw new Refusal(state.path() + " holds " + vaults.size() + " vaults: name one with --vault");
        }
        return rebuild(vaults.getFirst());
    }

    private static String rebuild(KnownVault vault) {
        UnaryOperator<String> key =
                name -> NameRules.of(vault.policy()).key(name).value();
        KeptContents contents = new KeptContents(vault.contents());
        try (Salvage salvage = Salvage.of(vault.store(), false)) {
            Set<ItemId> pending =
                    salvage.pending().stream().map(PendingOp::itemId).collect(Collectors.toSet());
            Path aside = RebuiltStore.replace(
                    vault.store(),
                    salvage,
                    key,
                    row -> salvage.isWhole() || pending.contains(row.itemId()) ? row : sealed(row, salvage, contents));
            int unnamed = setAside(vault, contents, key);
            StringBuilder said = new StringBuilder("%s: a new store holds %d changes that wait"
                    .formatted(vault.name(), salvage.pending().size()));
            said.append(", and fetches its index when the vault is attached; the old one is ")
                    .append(aside);
            if (unnamed > 0) {
                said.append("; no record names %d contents, which are kept in %s until the server does"
                        .formatted(unnamed, contents.recovered()));
            }
            return said.toString();
        } catch (IOException e) {
            throw Refusal.of("cannot make the store of " + vault.name() + " anew", e);
        }
    }

    /** A file that was changed here and of which the change itself cannot be read: its content is recorded and to be sent. */
    private static OverlayItem sealed(OverlayItem row, Salvage salvage, KeptContents contents) {
        Content content = row.content();
        if (content == null || !row.isPresent() || row.isKept() || !isHere(contents, content)) {
            return row;
        }
        Content known = salvage.serverItem(row.itemId()).map(Item::content).orElse(null);
        return content.sameBytes(known)
                ? row
                : row.kept(OverlayItem.Hold.NONE, new Seal(content, known == null ? null : known.sha256()));
    }

    private static boolean isHere(KeptContents contents, Content content) {
        try {
            return content.size() == 0 || contents.find(content).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private static int setAside(KnownVault vault, KeptContents contents, UnaryOperator<String> key) throws IOException {
        try (SqliteStore store = SqliteStore.open(vault.store(), key)) {
            var unnamed = store.unnamed(contents.cached());
            contents.setAside(unnamed);
            return unnamed.size();
        }
    }
}
