package io.tinysync.engine.device;

import io.tinysync.engine.device.core.Replay;
import io.tinysync.engine.device.core.SnapshotAdoption;
import io.tinysync.engine.device.core.SnapshotLoad;
import io.tinysync.engine.device.core.Work;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.SnapshotHeader;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stages a snapshot as it streams in, and adopts it once it is complete. */
final class SnapshotPull implements SnapshotSink {

    private final VaultParts parts;
    private final Replay.Asked asked;
    private final boolean rejoin;
    private @Nullable SnapshotLoad load;

    SnapshotPull(VaultParts parts, Replay.Asked asked, boolean rejoin) {
        this.parts = parts;
        this.asked = asked;
        this.rejoin = rejoin;
    }

    @Override
    public synchronized void begin(SnapshotHeader header) {
        close();
        load = parts.store().loadSnapshot();
    }

    @Override
    public synchronized void items(List<Item> items) {
        List<Item> live = items.stream().filter(Item::isLive).toList();
        Objects.requireNonNull(load, "a snapshot begins with its header").add(live);
    }

    /** Adopts what was staged, if the snapshot is complete. */
    synchronized PullResult finished(Answers.Snapshot answer) {
        return switch (answer) {
            case Answers.SnapshotComplete complete -> {
                adopt(complete.header());
                yield new PullResult.Adopted();
            }
            case Answers.Refused refused -> new PullResult.Refused(refused);
        };
    }

    private void adopt(SnapshotHeader header) {
        SnapshotLoad staged = Objects.requireNonNull(load, "a snapshot begins with its header");
        staged.commit(transaction -> {
                    Work work =
                            new Work(transaction, parts.rules(), parts.clockMs().getAsLong());
                    SnapshotAdoption adoption = new SnapshotAdoption(work, header);
                    if (rejoin) {
                        adoption.otherHistory();
                    } else {
                        adoption.sameHistory(asked);
                    }
                    work.finish();
                    return new VaultParts.Done<>(true, work);
                })
                .tell(parts.listener());
    }

    synchronized void close() {
        if (load != null) {
            load.close();
            load = null;
        }
    }
}
