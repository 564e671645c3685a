package io.tinysync.engine.simulation;

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

/** Whether the promises hold in a world at rest: P1 by the ledger, P5 by the log, P6 by comparing trees. */
final class Verdict {

    private final SimulatedServer server;
    private final List<SimulatedDevice> devices;
    private final Ledger ledger;

    Verdict(SimulatedServer server, List<SimulatedDevice> devices, Ledger ledger) {
        this.server = server;
        this.devices = devices;
        this.ledger = ledger;
    }

    void check() {
        if (!server.isExactlyOnce()) {
            throw new AssertionError("P5: an op took effect twice");
        }
        Map<String, String> truth = new TreeMap<>();
        list(ItemId.ROOT, "", truth);
        Set<Sha256> safe = new HashSet<>(server.liveContents());
        for (SimulatedDevice device : devices) {
            Map<String, String> shown = shown(device, safe);
            if (!shown.equals(truth)) {
                throw new AssertionError("P6: " + device.name + " differs: " + difference(shown, truth));
            }
        }
        Map<Sha256, String> lost = ledger.owed();
        lost.keySet().removeAll(safe);
        if (!lost.isEmpty()) {
            throw new AssertionError("P1: lost " + lost);
        }
    }

    private void list(ItemId folder, String path, Map<String, String> into) {
        for (Iterator<Item> children = server.tree().children(folder); children.hasNext(); ) {
            Item item = children.next();
            String itsPath = path + "/" + item.name();
            into.put(itsPath, line(item));
            list(item.itemId(), itsPath, into);
        }
    }

    private static Map<String, String> shown(SimulatedDevice device, Set<Sha256> safe) {
        Map<String, LocalItem> items = new TreeMap<>();
        device.list(ItemId.ROOT, "", items);
        Map<String, String> shown = new TreeMap<>();
        Set<String> local = new HashSet<>();
        Set<String> pending = new HashSet<>();
        items.forEach((path, item) -> {
            if (item.state() == LocalState.LOCAL_ONLY) {
                local.add(path);
                Content content = item.content();
                if (content != null) {
                    safe.add(content.sha256());
                }
            } else {
                if (item.state() == LocalState.PENDING) {
                    pending.add(path);
                }
                shown.put(path, line(item));
            }
        });
        // A folder that others deleted stays for the files in it that never leave this device.
        shown.keySet()
                .removeIf(path ->
                        pending.contains(path) && local.stream().anyMatch(below -> below.startsWith(path + "/")));
        return shown;
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
                LocalState.IN_STEP));
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
