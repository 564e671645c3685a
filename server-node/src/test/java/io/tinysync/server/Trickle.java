package io.tinysync.server;

import java.util.concurrent.locks.LockSupport;

/** Sends a byte, or a few, on a connection now and then, until it is closed or the connection is ended. */
final class Trickle implements AutoCloseable {

    private static final byte[] BYTE = {'x'};
    private static final long PAUSE_NANOS = 50_000_000;

    private final Thread thread;

    private Trickle(RawConnection connection, byte[] each) {
        thread = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted() && connection.send(each, 0, each.length)) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
    }

    /** @param begin what is sent at once */
    static Trickle of(RawConnection connection, String begin) {
        return of(connection, begin, BYTE);
    }

    static Trickle of(RawConnection connection, String begin, byte[] each) {
        connection.send(RawConnection.ascii(begin), 0, begin.length());
        return new Trickle(connection, each);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
