package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.StateDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Admits one daemon per state directory. The kernel lets go of it when the process ends, however it ends. The file says the
 * process's id, for people and for who must end it.
 */
public final class DaemonLock implements AutoCloseable {

    private final FileChannel channel;

    private DaemonLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Whether a daemon has it. */
    public static boolean isHeld(StateDirectory state) {
        if (!Files.exists(state.daemonLock())) {
            return false;
        }
        Optional<DaemonLock> lock = tryAcquire(state);
        lock.ifPresent(DaemonLock::close);
        return lock.isEmpty();
    }

    /** The lock, or nothing if another process holds it. */
    public static Optional<DaemonLock> tryAcquire(StateDirectory state) {
        state.create();
        try {
            FileChannel channel =
                    FileChannel.open(state.daemonLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return Optional.of(new DaemonLock(channel));
        } catch (IOException e) {
            throw Refusal.of("cannot lock " + state.daemonLock(), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw Refusal.of("cannot let go of the daemon's lock", e);
        }
    }
}
