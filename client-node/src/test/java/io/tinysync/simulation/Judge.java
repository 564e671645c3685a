package io.tinysync.simulation;

import io.tinysync.engine.device.core.OverlayItem;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Watches the world as it runs: what leaves a device (P3), what is deleted (P2), what takes effect (P5). */
final class Judge {

    private final World world;
    private final Ledger ledger = new Ledger();
    private final Map<DeviceId, Set<ItemId>> testified = new HashMap<>();
    private final Set<OpId> accepted = new HashSet<>();
    /** What the server's items had last, to tell what an accepted edit replaces there. */
    private final Map<ItemId, Sha256> onServer = new HashMap<>();
    /** Devices that have lost what they knew, by an old image or a twin. */
    private final Set<DeviceId> forgetful = new HashSet<>();

    private boolean historyLost;

    Judge(World world) {
        this.world = world;
    }

    Ledger ledger() {
        return ledger;
    }

    boolean isHistoryLost() {
        return historyLost;
    }

    boolean isForgetful() {
        return !forgetful.isEmpty();
    }

    void historyLost() {
        historyLost = true;
        accepted.clear();
        ledger.restored(world.vault.liveContents().keySet());
        onServer.clear();
        world.vault
                .snapshot()
                .forEach(item -> Optional.ofNullable(item.content())
                        .ifPresent(content -> onServer.put(item.itemId(), content.sha256())));
        world.vault.log().forEach(entry -> note(entry.opId()));
    }

    void forgets(DeviceId device) {
        forgetful.add(device);
    }

    /** A user of the device took the item away, or saved another over it. */
    void removed(DeviceId device, ItemId item) {
        testified.computeIfAbsent(device, _ -> new HashSet<>()).add(item);
    }

    /** Bytes are on their way from a device to the server as a content. */
    void leaves(Machine machine, Content content, byte[] bytes) {
        Optional<byte[]> known = ledger.bytesOf(content.sha256());
        if (known.isEmpty() || !Arrays.equals(known.get(), bytes)) {
            throw new Violation(
                    "P3",
                    machine.name() + " sends bytes that are not " + content.sha256() + ": '"
                            + new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1) + "'");
        }
        if (!ledger.isSendable(content.sha256())) {
            throw new Violation(
                    "P3", machine.name() + " sends " + content.sha256() + ", whose writer has not closed it");
        }
    }

    /** The server has accepted an op. */
    void accepted(DeviceId device, Entry entry) {
        OpId opId = entry.opId();
        Item item = entry.item();
        if (opId == null || item == null || device.equals(world.administrator.deviceId())) {
            return;
        }
        if (!note(opId)) {
            throw new Violation("P5", "op " + opId + " took effect twice");
        }
        boolean exempt = historyLost || forgetful.contains(device);
        if (!exempt && machines(device).stream().noneMatch(machine -> isPending(machine, opId))) {
            throw new Violation("P5", "op " + opId + " took effect after its device had given it up");
        }
        boolean deletes = entry.kind() == EntryKind.DELETE || entry.kind() == EntryKind.DELETE_SUBTREE;
        if (deletes && !isTestified(device, item.itemId())) {
            throw new Violation("P2", "the device deletes " + item + ", which no user of it has deleted");
        }
        if (entry.kind() == EntryKind.DELETE_SUBTREE) {
            world.vault.deletedAt(entry.seq()).stream()
                    .filter(gone -> !isTestified(device, gone.itemId()))
                    .forEach(gone -> {
                        throw new Violation("P2", "with " + item + " goes " + gone + ", which no user has deleted");
                    });
        }
        Content content = item.content();
        if (content != null && !deletes) {
            Sha256 before = onServer.put(item.itemId(), content.sha256());
            if (before != null) {
                ledger.replacedOnServer(before);
            }
            ledger.accepted(content.sha256());
        }
    }

    /** An op of a request has taken effect. */
    void inOrder(Op op) {
        for (OpId required : op.requires()) {
            if (!accepted.contains(required)) {
                throw new Violation("order", op + " took effect, and " + required + " that it requires did not");
            }
        }
    }

    private boolean note(@org.jspecify.annotations.Nullable OpId opId) {
        return opId == null || accepted.add(opId);
    }

    private List<Machine> machines(DeviceId device) {
        return world.machines().stream()
                .filter(machine -> machine.deviceId().equals(device))
                .toList();
    }

    private static boolean isPending(Machine machine, OpId opId) {
        return machine.store().<Boolean>read(view -> view.pending(opId).isPresent());
    }

    private boolean isTestified(DeviceId device, ItemId item) {
        Set<ItemId> removed = testified.getOrDefault(device, Set.of());
        return removed.contains(item) || removed.stream().anyMatch(id -> isMerged(device, id, item));
    }

    private boolean isMerged(DeviceId device, ItemId from, ItemId into) {
        return machines(device).stream()
                .anyMatch(machine -> machine.store()
                        .<Boolean>read(view -> view.overlay(from)
                                .map(OverlayItem::mergedInto)
                                .filter(into::equals)
                                .isPresent()));
    }

    /** A program was told that a content is recorded. Some contents are written by many, and of those nobody keeps account. */
    void promised(Sha256 sha256) {
        if (!Users.isCommon(bytesOf(sha256))) {
            ledger.promised(sha256);
        }
    }

    /** What a program reads must be what the file holds. */
    void reads(Machine machine, String where, byte[] expected, byte[] got) {
        if (!Arrays.equals(expected, got)) {
            throw new Violation(
                    "P3",
                    machine.name() + " shows a program other bytes of " + where + " than were written: "
                            + new String(got, java.nio.charset.StandardCharsets.ISO_8859_1) + " instead of "
                            + new String(expected, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
    }

    /** Whether a content's bytes are known to the judge. */
    byte[] bytesOf(Sha256 sha256) {
        return ledger.bytesOf(sha256)
                .orElseThrow(() -> new Violation("P3", "the tree names a content that nobody wrote: " + sha256));
    }
}
