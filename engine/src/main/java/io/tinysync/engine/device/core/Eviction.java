package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Chooses, of contents offered in any order, those that were not used for longest, until they make up what is to be dropped. */
public final class Eviction {

    /** What is chosen at once; 4096 small files are more quickly dropped than looked for. */
    static final int MAX_CHOSEN = 4096;

    /** A content that is here: its bytes on the disk, and the time of its last use in ms since 1970. */
    public record Cached(Sha256 sha256, long sizeBytes, long usedAtMs) {}

    private static final Comparator<Cached> OLDEST_FIRST = Comparator.comparingLong(Cached::usedAtMs)
            .thenComparingLong(cached -> cached.sha256().a());

    private final long neededBytes;
    private final PriorityQueue<Cached> chosen = new PriorityQueue<>(OLDEST_FIRST.reversed());
    private long chosenBytes;

    public Eviction(long neededBytes) {
        this.neededBytes = neededBytes;
    }

    /** Considers a content. */
    public void offer(Cached cached) {
        chosen.add(cached);
        chosenBytes += cached.sizeBytes();
        for (Cached newest = chosen.peek(); newest != null && isNotNeeded(newest); newest = chosen.peek()) {
            chosen.remove();
            chosenBytes -= newest.sizeBytes();
        }
    }

    private boolean isNotNeeded(Cached newest) {
        return chosenBytes - newest.sizeBytes() >= neededBytes || chosen.size() > MAX_CHOSEN;
    }

    /** What was chosen, the longest unused first. */
    public List<Cached> chosen() {
        List<Cached> ordered = new ArrayList<>(chosen);
        ordered.sort(OLDEST_FIRST);
        return ordered;
    }
}
