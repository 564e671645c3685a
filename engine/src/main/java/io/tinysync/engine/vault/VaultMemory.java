package io.tinysync.engine.vault;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding.Passivate;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding.ShardCommand;

/**
 * What the vaults of one node take of its memory: those leave that have not been used for some time, and while all together are larger
 * than the limit, the ones that were used the longest ago. A vault leaves by its shard, which keeps what is sent to it meanwhile and
 * starts it again for that. Thread-safe.
 *
 * <p>The limit holds for vaults that have their state, and the one that was used last stays however large it is: so the memory of a
 * node has to hold the limit, its largest vault, and those that are being loaded at the moment.
 */
public final class VaultMemory {

    /** What a vault without items is counted for: its actors and what they keep of late. */
    public static final long OWN_SIZE = 100;

    private static final float LOAD_FACTOR = 0.75f;

    private final long limit;
    private final Duration idle;
    private final VaultObserver observer;
    private final LongSupplier nanos;
    private final Map<ActorRef<VaultCommand>, Resident> residents = new LinkedHashMap<>(16, LOAD_FACTOR, true);
    private long total;

    /**
     * @param limit of the sizes of all vaults together: items, deleted ones too, and remembered ops, and {@link #OWN_SIZE} for each
     * @param idle after how long without use a vault leaves
     * @param nanos a clock that never goes back, in ns
     */
    public VaultMemory(long limit, Duration idle, VaultObserver observer, LongSupplier nanos) {
        this.limit = limit;
        this.idle = idle;
        this.observer = observer;
        this.nanos = nanos;
    }

    /** A vault in memory. */
    private static final class Resident {

        private final ActorRef<ShardCommand> shard;
        private long usedAt;
        private long size;
        private boolean isLoaded;
        private boolean isLeaving;

        Resident(ActorRef<ShardCommand> shard, long usedAt) {
            this.shard = shard;
            this.usedAt = usedAt;
        }
    }

    /** A vault's entity has begun, and has no state yet. */
    synchronized void began(ActorRef<VaultCommand> vault, ActorRef<ShardCommand> shard) {
        residents.put(vault, new Resident(shard, nanos.getAsLong()));
    }

    /** A vault has done what it was asked for, and is so large now. */
    synchronized void used(ActorRef<VaultCommand> vault, long stateSize) {
        Resident resident = residents.get(vault);
        if (resident == null || resident.isLeaving) {
            return;
        }
        total -= resident.size;
        resident.size = stateSize + OWN_SIZE;
        resident.isLoaded = true;
        resident.usedAt = nanos.getAsLong();
        total += resident.size;
        if (total > limit) {
            makeRoom(vault);
        }
    }

    private void makeRoom(ActorRef<VaultCommand> newest) {
        Iterator<Map.Entry<ActorRef<VaultCommand>, Resident>> oldest =
                residents.entrySet().iterator();
        while (total > limit && oldest.hasNext()) {
            Map.Entry<ActorRef<VaultCommand>, Resident> entry = oldest.next();
            if (entry.getValue().isLoaded && !entry.getKey().equals(newest)) {
                letGo(entry.getKey(), entry.getValue());
            }
        }
    }

    private void letGo(ActorRef<VaultCommand> vault, Resident resident) {
        if (!resident.isLeaving) {
            resident.isLeaving = true;
            total -= resident.size;
            observer.passivated();
            resident.shard.tell(new Passivate<>(vault));
        }
    }

    /** Lets those go that have not been used for so long; to be called every so often. */
    public synchronized void letIdleGo() {
        long now = nanos.getAsLong();
        residents.forEach((vault, resident) -> {
            if (now - resident.usedAt > idle.toNanos()) {
                letGo(vault, resident);
            }
        });
    }

    /** A vault's entity has ended, for whatever reason. */
    synchronized void ended(ActorRef<VaultCommand> vault) {
        Resident resident = residents.remove(vault);
        if (resident != null && !resident.isLeaving) {
            total -= resident.size;
        }
    }

    /** Of the vaults that are to stay; what {@code limit} is for. */
    public synchronized long size() {
        return total;
    }
}
