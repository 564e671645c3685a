package io.tinysync.client.daemon;

import io.tinysync.client.control.ListedConflict;
import io.tinysync.engine.device.core.ConflictCopy;
import io.tinysync.engine.protocol.Content;
import java.util.List;

/** The conflict copies of a daemon's drives, for the command line. */
final class Conflicts {

    /** Of one vault; more than a person settles one by one. */
    static final int MAX_LISTED = 1000;

    private Conflicts() {}

    static ListedConflict listed(AttachedDrive drive, ConflictCopy copy, String ownName) {
        String path = copy.path();
        String folder = path.substring(0, path.length() - copy.item().name().length());
        Content content = copy.item().content();
        return new ListedConflict(
                drive.vault().name(),
                drive.mountpoint().toString(),
                path,
                folder + copy.originalName(),
                copy.originalIsThere(),
                copy.device(),
                copy.date(),
                content == null ? 0 : content.size(),
                copy.device().equals(ownName) ? "copy" : "original");
    }

    static String text(List<ListedConflict> conflicts) {
        if (conflicts.isEmpty()) {
            return "no conflicts";
        }
        StringBuilder text = new StringBuilder();
        for (ListedConflict each : conflicts) {
            text.append("%s: %s%n  a copy of %s%s, written on %s, %s, %s%n"
                    .formatted(
                            each.vault(),
                            each.path(),
                            each.original(),
                            each.originalExists() ? "" : " (which is not there)",
                            each.device(),
                            each.date(),
                            StatusText.bytes(each.size())));
        }
        if (conflicts.size() >= MAX_LISTED) {
            text.append("and perhaps more: settle some, and ask again\n");
        }
        return text.toString();
    }
}
