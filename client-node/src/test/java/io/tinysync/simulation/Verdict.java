package io.tinysync.simulation;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Whether the promises hold in a world at rest: P1 by the ledger, P5 by counting copies, P6 by comparing trees and bytes. */
final class Verdict {

    private final World world;

    Verdict(World world) {
        this.world = world;
    }

    void check() {
        Map<String, String> truth = new TreeMap<>();
        list(ItemId.ROOT, "", truth);
        Map<Sha256, Integer> live = world.vault.liveContents();
        Set<Sha256> safe = new HashSet<>(live.keySet());
        live.keySet().forEach(this::checkBlob);
        for (Machine machine : world.machines()) {
            Map<String, String> shown = shown(machine, safe);
            if (!shown.equals(truth)) {
                throw new Violation(
                        "P6",
                        machine.name() + " differs: " + difference(shown, truth) + "; its overlay is "
                                + machine.store().<Object>read(view -> view.overlayItems(ItemId.ROOT, 100)));
            }
        }
        Map<Sha256, String> lost = world.judge.ledger().lost(safe::contains, world.vault.deletedContents()::contains);
        if (!lost.isEmpty()) {
            throw new Violation("P1", "lost " + lost);
        }
        for (Machine machine : world.machines()) {
            List<String> problems = world.users(machine).readEverything(world.judge.ledger()::isExcused);
            if (!problems.isEmpty()) {
                throw new Violation("P6", machine.name() + " cannot read " + problems);
            }
        }
        checkCopies(live);
    }

    private void checkBlob(Sha256 sha256) {
        byte[] bytes =
                world.vault.blob(sha256).orElseThrow(() -> new Violation("P1", "the server has no bytes of " + sha256));
        if (!java.util.Arrays.equals(bytes, world.judge.bytesOf(sha256))) {
            throw new Violation("P3", "the server has other bytes of " + sha256);
        }
    }

    /** What was written once is there once, unless a device or the server has forgotten that. */
    private void checkCopies(Map<Sha256, Integer> live) {
        if (world.judge.isForgetful() || world.judge.isHistoryLost()) {
            return;
        }
        live.forEach((sha256, count) -> {
            if (count > world.judge.ledger().mostItems(sha256)) {
                throw new Violation("P5", count + " items have the content " + sha256 + ", which was written once");
            }
        });
    }

    private void list(ItemId folder, String path, Map<String, String> into) {
        for (Iterator<Item> children = world.vault.tree().children(folder); children.hasNext(); ) {
            Item item = children.next();
            String itsPath = path + "/" + item.name();
            into.put(itsPath, line(item));
            list(item.itemId(), itsPath, into);
        }
    }

    private Map<String, String> shown(Machine machine, Set<Sha256> safe) {
        Map<String, LocalItem> items = new TreeMap<>();
        list(machine, ItemId.ROOT, "", items);
        Map<String, String> shown = new TreeMap<>();
        Set<String> local = new HashSet<>();
        Set<String> folders = new HashSet<>();
        items.forEach((path, item) -> {
            Content content = item.content();
            boolean onServer = world.vault.tree().live(item.itemId()).isPresent();
            if (item.state() == LocalState.LOCAL_ONLY || (item.state() == LocalState.HELD && !onServer)) {
                local.add(path);
                if (content != null) {
                    safe.add(content.sha256());
                }
            } else {
                if (item.state() == LocalState.HELD && content != null) {
                    safe.add(content.sha256());
                }
                if (item.isFolder() && !onServer) {
                    folders.add(path);
                }
                shown.put(path, item.state() == LocalState.HELD ? heldLine(item) : line(item));
            }
        });
        // A folder that others deleted stays for the files in it that are only on this device.
        shown.keySet()
                .removeIf(path ->
                        folders.contains(path) && local.stream().anyMatch(below -> below.startsWith(path + "/")));
        return shown;
    }

    private void list(Machine machine, ItemId folder, String path, Map<String, LocalItem> into) {
        for (LocalItem child : world.users(machine).desk().children(folder)) {
            into.put(path + "/" + child.name(), child);
            if (child.isFolder()) {
                list(machine, child.itemId(), path + "/" + child.name(), into);
            }
        }
    }

    /** A file that is held shows what was found; the server has what it had. */
    private String heldLine(LocalItem item) {
        return world.vault.tree().live(item.itemId()).map(Verdict::line).orElseThrow();
    }

    private static String line(Item item) {
        return line(new LocalItem(
                item.itemId(),
                item.parentItemId(),
                item.name(),
                item.kind(),
                item.content(),
                item.target(),
                item.mode(),
                item.mtimeNs(),
                LocalState.IN_STEP,
                null));
    }

    private static String line(LocalItem item) {
        Content content = item.content();
        return item.itemId() + " " + item.kind() + " " + (content == null ? "" : content.sha256()) + " " + item.target()
                + " " + item.mode() + " " + item.mtimeNs();
    }

    private static String difference(Map<String, String> shown, Map<String, String> truth) {
        Map<String, String> extra = new TreeMap<>(shown);
        extra.entrySet().removeAll(truth.entrySet());
        Map<String, String> missing = new TreeMap<>(truth);
        missing.entrySet().removeAll(shown.entrySet());
        return "shown only " + extra + ", on the server only " + missing;
    }
}
