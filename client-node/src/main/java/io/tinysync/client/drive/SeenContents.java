package io.tinysync.client.drive;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

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

    /** Contents of one file's own chain that are told apart from another device's; only openings under way look so far back. */
    private static final int MAX_CHAIN = 16;

    /** What is known of one file. */
    private static final class Known {
        /** What each process saw last. */
        private final Map<Integer, Sha256> byProcess = bounded(MAX_PROCESSES);
        /** Contents of which each replaced another by an act on this device. */
        private final Map<Sha256, Boolean> chain = bounded(MAX_CHAIN);
        /** The process that wrote it last. */
        private OptionalInt writer = OptionalInt.empty();

        private boolean isOwnChain(Sha256 one, Sha256 other) {
            return chain.containsKey(one) && chain.containsKey(other);
        }
    }

    private final Map<ItemId, Known> byFile = bounded(MAX_FILES);

    /** A process opened the file when it showed the content. May come late: see {@link #base}. */
    synchronized void saw(int processId, ItemId file, Sha256 content) {
        known(file).byProcess.put(processId, content);
    }

    /** A process wrote the content, all of it or a part. */
    synchronized void wrote(int processId, ItemId file, Sha256 content) {
        saw(processId, file, content);
        known(file).writer = OptionalInt.of(processId);
    }

    /**
     * What a process writes on that replaces a file without reading it: the content shown now, unless what the process saw is
     * another that is not of one chain with it. So this device's own changes never count as unseen, in whatever order their
     * openings and ends are heard of.
     */
    synchronized Sha256 base(int processId, ItemId file, Sha256 shown) {
        Known known = known(file);
        Sha256 seen = known.byProcess.getOrDefault(processId, shown);
        return known.isOwnChain(seen, shown) ? shown : seen;
    }

    /** As {@link #base}, for the process that wrote another file last, which is to replace this one. */
    synchronized Sha256 baseOfWriter(ItemId written, ItemId file, Sha256 shown) {
        OptionalInt writer = known(written).writer;
        return writer.isEmpty() ? shown : base(writer.getAsInt(), file, shown);
    }

    /** This device replaced one content by another: whoever had seen the one has seen the other. */
    synchronized void replaced(ItemId file, Sha256 before, Sha256 after) {
        Known known = known(file);
        if (!known.chain.containsKey(before)) {
            known.chain.clear();
            known.chain.put(before, true);
        }
        known.chain.put(after, true);
        known.byProcess.replaceAll((_, seen) -> known.chain.containsKey(seen) ? after : seen);
    }

    /** This device replaced whatever the file held: what is shown now counts as seen by all. */
    synchronized void replaced(ItemId file) {
        byFile.remove(file);
    }

    private Known known(ItemId file) {
        return byFile.computeIfAbsent(file, _ -> new Known());
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
