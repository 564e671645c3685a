package io.tinysync.engine.blob;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps every owner's uploads in parts within an allowance: one that begins takes the room of those that have been left the longest.
 * Their bytes have to be sent again, should anybody go on with them. Blocking and thread-safe.
 */
final class UploadRoom {

    /** Until then whoever sent the last bytes may be about to send more, and its upload keeps its room. */
    static final Duration LEFT = Duration.ofMinutes(1);

    private final Spool spool;
    private final UploadAllowance allowance;
    private final InstantSource clock;
    private final Map<UploadId, Long> held = new HashMap<>();

    UploadRoom(Spool spool, UploadAllowance allowance, InstantSource clock) {
        this.spool = spool;
        this.allowance = allowance;
        this.clock = clock;
    }

    /**
     * Takes room for an upload until it is {@link #leave left}; of one upload once at a time.
     *
     * @param bytes how many it is going to have in all
     * @return false if the owner's other uploads leave none, and nothing was dropped
     */
    synchronized boolean enter(UploadId upload, long bytes) throws IOException {
        Optional<List<Spool.Partial>> inTheWay = inTheWay(upload, bytes);
        for (Spool.Partial partial : inTheWay.orElse(List.of())) {
            Files.deleteIfExists(spool.partial(partial.upload()));
        }
        if (inTheWay.isPresent()) {
            hold(upload, bytes);
        }
        return inTheWay.isPresent();
    }

    /** The owner's others that must go for this one; empty if not enough of them may. */
    private Optional<List<Spool.Partial>> inTheWay(UploadId upload, long bytes) throws IOException {
        Map<UploadId, Long> inUse = inUse(upload);
        List<Spool.Partial> resting = resting(upload);
        int uploads = 1 + inUse.size() + resting.size();
        long taken = bytes
                + inUse.values().stream().mapToLong(Long::longValue).sum()
                + resting.stream().mapToLong(Spool.Partial::bytes).sum();
        List<Spool.Partial> inTheWay = new ArrayList<>();
        for (Spool.Partial oldest : resting) {
            if (isWithin(uploads, taken) || !isLeft(oldest)) {
                break;
            }
            inTheWay.add(oldest);
            uploads--;
            taken -= oldest.bytes();
        }
        return isWithin(uploads, taken) ? Optional.of(inTheWay) : Optional.empty();
    }

    private boolean isWithin(int uploads, long bytes) {
        return uploads <= allowance.uploads() && bytes <= allowance.bytes();
    }

    /** The owner's others that somebody is adding to, with what they are going to have. */
    private Map<UploadId, Long> inUse(UploadId upload) {
        Map<UploadId, Long> others = new HashMap<>(held);
        others.keySet().removeIf(other -> other.equals(upload) || !other.owner().equals(upload.owner()));
        return others;
    }

    /** The owner's others that nobody uses now, those first to which nothing was added for the longest time. */
    private List<Spool.Partial> resting(UploadId upload) throws IOException {
        return spool.partials(upload.owner()).stream()
                .filter(partial -> !partial.upload().equals(upload) && !held.containsKey(partial.upload()))
                .sorted(Comparator.comparing(Spool.Partial::changed))
                .toList();
    }

    private boolean isLeft(Spool.Partial partial) {
        return partial.changed().isBefore(clock.instant().minus(LEFT));
    }

    /** Keeps its room for an upload that is there already, until it is left. */
    synchronized void hold(UploadId upload, long bytes) {
        held.put(upload, bytes);
    }

    synchronized void leave(UploadId upload) {
        held.remove(upload);
    }
}
