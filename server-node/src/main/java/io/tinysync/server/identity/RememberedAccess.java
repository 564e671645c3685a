package io.tinysync.server.identity;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What PostgreSQL said a moment ago of devices that may do what they asked for; never that one may not. Thread-safe.
 *
 * <p>What is remembered is no older than {@link #MAX_AGE}, counted from before it was asked for: whoever takes access away and waits for so
 * long knows that no node goes by what was true before, also one that hears nothing. What was asked before {@link #forgetAll} is not
 * remembered after it.
 */
public final class RememberedAccess {

    /** The same on all nodes, since each waits so long for the others. A device that is busy is looked up every so often instead of each time. */
    public static final Duration MAX_AGE = Duration.ofSeconds(5);

    private final LongSupplier nanos;
    private final Map<Question, Answer> answers;
    private long forgotten;

    /**
     * @param max how many answers; beyond that the one goes that was used the longest ago
     * @param nanos a clock that only goes forward
     */
    public RememberedAccess(int max, LongSupplier nanos) {
        this.nanos = nanos;
        this.answers = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Question, Answer> eldest) {
                return size() > max;
            }
        };
    }

    /**
     * What is asked of a device.
     *
     * @param vault that it must reach; empty: any device may
     */
    record Question(DeviceId device, Optional<VaultId> vault) {}

    private record Answer(Sha256 secretHash, long asked) {}

    /** When a question is put to PostgreSQL. */
    record Moment(long nanos, long forgotten) {}

    synchronized Moment now() {
        return new Moment(nanos.getAsLong(), forgotten);
    }

    /** The hash of the secret with which the device may do what is asked; empty if PostgreSQL has to be asked. */
    synchronized Optional<Sha256> find(Question question) {
        Answer answer = answers.get(question);
        if (answer == null || nanos.getAsLong() - answer.asked() >= MAX_AGE.toNanos()) {
            return Optional.empty();
        }
        return Optional.of(answer.secretHash());
    }

    /** Remembers that the device may, as of a moment before PostgreSQL was asked. */
    synchronized void put(Question question, Sha256 secretHash, Moment before) {
        if (before.forgotten() == forgotten) {
            answers.put(question, new Answer(secretHash, before.nanos()));
        }
    }

    public synchronized void forgetAll() {
        answers.clear();
        forgotten++;
    }
}
