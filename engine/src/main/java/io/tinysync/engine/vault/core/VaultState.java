package io.tinysync.engine.vault.core;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.tree.ItemTree;
import io.vavr.collection.HashMap;
import java.util.Optional;

/**
 * A vault after some entry of its log: a persistent value that its events alone make (and, for requests of which no op took
 * effect, {@link #withRequestNo}).
 *
 * <p>Of accepted ops it remembers those from {@link #opsFrom} on. The older ones are in the log index, without which such a state
 * cannot tell a repeated op from a new one: see {@link KnownOps}.
 */
public final class VaultState {

    /** How many ops stay in memory at least: more than a device in normal use has unanswered. */
    public static final int OPS_KEPT = 10_000;

    private final ItemTree tree;
    private final Cursor cursor;
    private final RecentOps ops;
    private final HashMap<DeviceId, Long> requestNumbers;
    private final RecentEntries recent;

    private VaultState(
            ItemTree tree, Cursor cursor, RecentOps ops, HashMap<DeviceId, Long> requestNumbers, RecentEntries recent) {
        this.tree = tree;
        this.cursor = cursor;
        this.ops = ops;
        this.requestNumbers = requestNumbers;
        this.recent = recent;
    }

    /** A vault before its first entry. */
    public static VaultState empty(NamePolicy policy) {
        return of(ItemTree.empty(policy), Cursor.START, RecentOps.NONE, HashMap.empty());
    }

    /** A vault as a saved state kept it; its recent entries are with the journal. */
    static VaultState of(ItemTree tree, Cursor cursor, RecentOps ops, HashMap<DeviceId, Long> requestNumbers) {
        return new VaultState(tree, cursor, ops, requestNumbers, RecentEntries.before(cursor.seq() + 1));
    }

    public ItemTree tree() {
        return tree;
    }

    /** The position after the last entry. */
    public Cursor cursor() {
        return cursor;
    }

    /** The op of that id, if it took effect and is remembered. */
    public Optional<AcceptedOp> accepted(OpId opId) {
        return ops.find(opId);
    }

    /** The seq from which on all accepted ops are remembered; 1 while none was forgotten. */
    public long opsFrom() {
        return ops.fromSeq();
    }

    /** How many accepted ops are remembered. */
    public int opCount() {
        return ops.size();
    }

    /** The highest request number known of a device. */
    public Optional<Long> requestNo(DeviceId deviceId) {
        return requestNumbers.get(deviceId).toJavaOptional();
    }

    /** The chain at a seq; empty above the head and where the state does not remember it. */
    public Optional<Chain> chainAt(long seq) {
        if (seq == cursor.seq()) {
            return Optional.of(cursor.chain());
        }
        return seq == 0 ? Optional.of(Chain.START) : recent.at(seq).map(RecentEntries.Kept::chain);
    }

    /** An entry's item as it stood after that entry; empty where the state does not remember it. */
    public Optional<Item> itemAt(long seq) {
        return recent.at(seq).flatMap(kept -> Optional.ofNullable(kept.item()));
    }

    /** How much it holds: items, tombstones and remembered ops; what saving and reading it costs grows with it. */
    public long size() {
        return tree.liveCount() + tree.tombstoneCount() + ops.size();
    }

    /** With the request numbers that another state of the same vault knows. */
    public VaultState withRequestNumbersOf(VaultState other) {
        return new VaultState(tree, cursor, ops, other.requestNumbers, recent);
    }

    /**
     * Without the ops that are not among the last {@link #OPS_KEPT} entries, as far as the log index has them.
     *
     * @param indexedSeq up to where the log index has every entry
     */
    public VaultState forgettingOps(long indexedSeq) {
        long from = Math.min(indexedSeq, cursor.seq() - OPS_KEPT) + 1;
        return from <= ops.fromSeq()
                ? this
                : new VaultState(tree, cursor, ops.forgettingBefore(from), requestNumbers, recent);
    }

    RecentOps ops() {
        return ops;
    }

    HashMap<DeviceId, Long> requestNumbers() {
        return requestNumbers;
    }

    /**
     * The state after the log's next entry.
     *
     * @throws IllegalStateException if it is not the next, or does not fit the tree
     */
    public VaultState apply(VaultEvent.EntryCommitted event) {
        Entry entry = event.entry();
        if (entry.seq() != cursor.seq() + 1) {
            throw new IllegalStateException("entry " + entry.seq() + " cannot follow " + cursor.seq());
        }
        VaultState next = new VaultState(tree.apply(entry), entry.cursor(), ops, requestNumbers, recent.with(entry));
        VaultEvent.Origin origin = event.origin();
        return origin == null ? next : next.withOrigin(entry, origin);
    }

    /** With a device's request number noted, unless a higher one is known. */
    public VaultState withRequestNo(DeviceId deviceId, long requestNo) {
        if (requestNumbers.get(deviceId).exists(known -> known >= requestNo)) {
            return this;
        }
        return new VaultState(tree, cursor, ops, requestNumbers.put(deviceId, requestNo), recent);
    }

    private VaultState withOrigin(Entry entry, VaultEvent.Origin origin) {
        OpId opId = entry.opId();
        DeviceId deviceId = entry.deviceId();
        if (opId == null || deviceId == null) {
            throw new IllegalStateException("entry " + entry.seq() + " has an origin but no op_id or device_id");
        }
        RecentOps more = ops.with(opId, new AcceptedOp(entry.seq(), origin.opHash()));
        return new VaultState(tree, cursor, more, requestNumbers, recent).withRequestNo(deviceId, origin.requestNo());
    }

    @Override
    public String toString() {
        return tree + " at seq " + cursor.seq();
    }
}
