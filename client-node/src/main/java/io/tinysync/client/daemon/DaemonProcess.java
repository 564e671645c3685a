package io.tinysync.client.daemon;

import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.crypto.NativeCrypto;
import java.nio.file.Path;
import java.util.Optional;

/** This process as a daemon: from its first drive until its last is gone, or until it is told to stop (SIGTERM, Ctrl-C). */
public final class DaemonProcess {

    private final Daemon daemon;
    private final Thread onSignal = new Thread(this::stopAndHalt, "stop");

    private DaemonProcess(Daemon daemon) {
        this.daemon = daemon;
    }

    /**
     * Becomes the daemon of the state directory, attaches a vault, says so on standard output, and returns when the last drive
     * is detached; told to stop by a signal, it drains and unmounts and the process ends.
     *
     * @return false, at once, if another process is the daemon already
     */
    public static boolean run(StateDirectory state, String vault, Path mountpoint) {
        System.setProperty("logback.configurationFile", "io/tinysync/client/logback-daemon.xml");
        Optional<Daemon> daemon = Daemon.tryStart(state);
        NativeCrypto.installInBackground();
        daemon.ifPresent(started -> new DaemonProcess(started).run(vault, mountpoint));
        return daemon.isPresent();
    }

    private void run(String vault, Path mountpoint) {
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            System.out.println(daemon.attach(vault, mountpoint));
            System.out.flush();
            daemon.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            unlessStopping();
            daemon.stop();
        }
    }

    /** Where the signal came first, the thread that it started ends the process, and this one must not be faster. */
    private void unlessStopping() {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            try {
                onSignal.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void stopAndHalt() {
        int status = 0;
        try {
            daemon.stop().forEach(left -> System.err.println("tinysync: " + left));
        } catch (RuntimeException e) {
            System.err.println("tinysync: " + e.getMessage());
            status = 1;
        }
        System.err.flush();
        Runtime.getRuntime().halt(status);
    }
}
