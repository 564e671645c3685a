package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.tree.ItemTree;
import io.tinysync.engine.vault.StateSaver;
import io.tinysync.engine.vault.VaultCommand;
import io.tinysync.engine.vault.core.VaultState;
import io.tinysync.server.entity.VaultCalls;
import io.tinysync.server.entity.VaultWork;
import io.tinysync.server.journal.NamedBlobs;
import io.tinysync.server.projection.ItemsProjection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** The work on vaults that are on this node. */
public final class HeldVaults implements VaultWork {

    /** Blobs in one question to the database. */
    private static final int STEP = 1_000;

    private final VaultCalls vaults;
    private final StateSaver saver;
    private final ItemsProjection items;
    private final NamedBlobs named;

    public HeldVaults(VaultCalls vaults, StateSaver saver, ItemsProjection items, NamedBlobs named) {
        this.vaults = vaults;
        this.saver = saver;
        this.items = items;
        this.named = named;
    }

    @Override
    public int purge(VaultId vault, long deletedUpTo) {
        int purged = 0;
        List<ItemId> old = oldDeletions(vaults.state(vault), deletedUpTo);
        while (!old.isEmpty()) {
            int deletions = vaults.purge(vault, old, deletedUpTo);
            if (deletions == 0) {
                throw new IllegalStateException("none of " + old.size() + " deletions was purged");
            }
            purged += deletions;
            old = oldDeletions(vaults.state(vault), deletedUpTo);
        }
        return purged;
    }

    /** A tombstone each of as many deletions as one command takes. */
    private static List<ItemId> oldDeletions(VaultState state, long upTo) {
        Map<Long, ItemId> deletions = new HashMap<>();
        Iterator<Item> tombstones = state.tree().tombstones();
        while (tombstones.hasNext() && deletions.size() < VaultCommand.MAX_PURGED) {
            Item tombstone = tombstones.next();
            Long deletedAt = tombstone.deletedAtSeq();
            if (deletedAt != null && deletedAt <= upTo) {
                deletions.put(deletedAt, tombstone.itemId());
            }
        }
        return List.copyOf(deletions.values());
    }

    @Override
    public void save(VaultId vault) {
        try {
            saver.save(vault, vaults.state(vault)).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        }
    }

    @Override
    public void rebuildItems(VaultId vault) {
        items.rebuild(vault, vaults.state(vault));
    }

    @Override
    public Set<Sha256> reached(VaultId vault, Set<Sha256> asked) {
        Set<Sha256> reached = new HashSet<>();
        eachContent(vaults.state(vault).tree(), id -> {
            if (asked.contains(id)) {
                reached.add(id);
            }
        });
        return reached;
    }

    @Override
    public List<Sha256> unanswered(VaultId vault) {
        ItemTree tree = vaults.state(vault).tree();
        named.catchUp(vault);
        List<Sha256> unanswered = new ArrayList<>();
        Set<Sha256> asked = new HashSet<>();
        eachContent(tree, id -> {
            asked.add(id);
            if (asked.size() == STEP) {
                addUnknown(vault, asked, unanswered);
            }
        });
        addUnknown(vault, asked, unanswered);
        return unanswered;
    }

    private void addUnknown(VaultId vault, Set<Sha256> asked, List<Sha256> unanswered) {
        Set<Sha256> unknown = new HashSet<>(asked);
        unknown.removeAll(named.known(vault, asked));
        unknown.stream().limit(MAX_NAMED - unanswered.size()).forEach(unanswered::add);
        asked.clear();
    }

    private static void eachContent(ItemTree tree, Consumer<Sha256> visitor) {
        for (Iterator<Item> items : List.of(tree.liveItems(), tree.tombstones())) {
            while (items.hasNext()) {
                Content content = items.next().content();
                if (content != null) {
                    visitor.accept(content.sha256());
                }
            }
        }
    }
}
