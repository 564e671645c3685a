package io.tinysync.client.drive;

import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalState;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mode and time of the drive's own root. No vault has them, since its root is no item; this device keeps them in a file of two
 * numbers, so that unpacking an archive over a whole drive succeeds and nothing that was set is dropped.
 */
final class RootFolder {

    private static final int FIRST_MODE = 0755;

    /** What power loss has torn does not match, and the root begins anew: it is no reason not to start. */
    private static final Pattern KEPT = Pattern.compile("([0-7]{1,3}) (-?\\d{1,18})\n");

    private final Path file;
    private volatile LocalItem item;

    RootFolder(Path file, long nowNs) throws IOException {
        this.file = file;
        Matcher kept = KEPT.matcher(Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "");
        if (kept.matches()) {
            this.item = root(Integer.parseInt(kept.group(1), 8), Long.parseLong(kept.group(2)));
        } else {
            this.item = root(FIRST_MODE, nowNs);
            save(item);
        }
    }

    LocalItem item() {
        return item;
    }

    synchronized void set(OptionalInt mode, OptionalLong mtimeNs) throws IOException {
        LocalItem changed = root(mode.orElse(item.mode()), mtimeNs.orElse(item.mtimeNs()));
        save(changed);
        item = changed;
    }

    private void save(LocalItem root) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, Integer.toOctalString(root.mode()) + " " + root.mtimeNs() + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static LocalItem root(int mode, long mtimeNs) {
        return new LocalItem(
                ItemId.ROOT, ItemId.ROOT, "", ItemKind.FOLDER, null, null, mode, mtimeNs, LocalState.IN_STEP, null);
    }
}
