package io.tinysync.client.drive;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What each process saw of each file: the content that it last opened without truncating, or last wrote. It is the base of a
 * later write of that process, even if another device's change arrived in between; what this device changes counts as seen by all
 * its processes. Forgets what was not used for long, after which what the drive shows at open counts. Thread-safe.
 */
final class SeenContents {

    /** Files that programs have in mind at one time; some 4 MB. */
    private static final int MAX_FILES = 10_000;

    /** Processes that one file is remembered for. */
    private static final int MAX_PROCESSES = 16;

    private final Map<ItemId, Map<Integer, Sha256>> byFile = bounded(MAX_FILES);

    synchronized void saw(int processId, ItemId file, Sha256 content) {
        byFile.computeIfAbsent(file, _ -> bounded(MAX_PROCESSES)).put(processId, content);
    }

    synchronized Optional<Sha256> seenBy(int processId, ItemId file) {
        return Optional.ofNullable(byFile.getOrDefault(file, Map.of()).get(processId));
    }

    /** This device replaced one content by another: whoever had seen the one has seen the other. */
    synchronized void replaced(ItemId file, Sha256 before, Sha256 after) {
        Map<Integer, Sha256> processes = byFile.get(file);
        if (processes != null) {
            processes.replaceAll((_, seen) -> seen.equals(before) ? after : seen);
        }
    }

    private static <K, V> Map<K, V> bounded(int maxEntries) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > maxEntries;
            }
        };
    }
}
