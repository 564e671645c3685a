package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.daemon.DaemonLock;
import io.tinysync.client.state.ServerUrls;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server and two devices on this machine, each a process of its own, in sessions of their own, so that Ctrl-C reaches this one only. */
final class Demo {

    private static final String VAULT = "demo";

    private final Path directory;
    private final DemoDevice laptop;
    private final DemoDevice desktop;
    private final List<ChildProcess> daemons = new ArrayList<>();
    private @Nullable DemoServer server;
    private @Nullable ChildProcess serverProcess;
    private boolean stopped;

    Demo(Path directory) {
        this.directory = directory;
        this.laptop = device("laptop");
        this.desktop = device("desktop");
    }

    private DemoDevice device(String name) {
        return new DemoDevice(name, new StateDirectory(directory.resolve("." + name)), directory.resolve(name));
    }

    /**
     * Starts everything, says what is where, and returns when Ctrl-C has stopped it in order. Whatever else ends it, also stops what
     * was started.
     */
    void run() {
        Thread onSignal = new Thread(() -> {
            stop();
            Runtime.getRuntime().halt(0);
        });
        DaemonLock lock = lock();
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            start();
            awaitAnEnd();
        } catch (RuntimeException failure) {
            // After a signal the hook ends this process, and what it stops here must not be reported.
            if (!isStopped()) {
                stop();
                Runtime.getRuntime().removeShutdownHook(onSignal);
                throw failure;
            }
        } finally {
            lock.close();
        }
    }

    /** Of two demos in one directory, the second would take the drives of the first one away. */
    private DaemonLock lock() {
        return DaemonLock.tryAcquire(new StateDirectory(directory.resolve(".demo")))
                .orElseThrow(() -> new Refusal("another demo runs in " + directory));
    }

    private void awaitAnEnd() {
        CompletableFuture.anyOf(children().stream().map(ChildProcess::whenEnded).toArray(CompletableFuture[]::new))
                .join();
        throw new Refusal("a process of the demo has ended; the logs are below " + directory);
    }

    private void start() {
        laptop.stopLeftDaemon();
        desktop.stopLeftDaemon();
        progress("starting the server ...");
        server = DemoServer.start(directory.resolve(".server"), this::startServer);
        progress("attaching the drives ...");
        prepare();
        List<DemoDevice> devices = List.of(laptop, desktop);
        devices.forEach(this::startDaemon);
        for (int i = 0; i < devices.size(); i++) {
            devices.get(i).awaitDrive(daemons.get(i));
        }
        fill();
        say();
    }

    private DemoServer running() {
        if (server == null) {
            throw new IllegalStateException("the server was not started");
        }
        return server;
    }

    private synchronized ChildProcess startServer(Supplier<ChildProcess> start) {
        requireNotStopped();
        ChildProcess process = start.get();
        serverProcess = process;
        return process;
    }

    private synchronized void startDaemon(DemoDevice device) {
        requireNotStopped();
        daemons.add(device.startDaemon(VAULT));
    }

    /** A process is started and kept in one step: one that is started while a signal stops the others would go on for ever. */
    private void requireNotStopped() {
        if (stopped) {
            throw new Refusal("interrupted");
        }
    }

    private synchronized List<ChildProcess> children() {
        List<ChildProcess> children = new ArrayList<>(daemons);
        if (serverProcess != null) {
            children.add(serverProcess);
        }
        return children;
    }

    /** The vault, and a group in which both devices reach it; what is there already stays. */
    private void prepare() {
        ServerCalls calls = new ServerCalls(
                ServerUrls.of(running().uri()), Optional.of(running().adminToken()));
        boolean hasVault = calls.get("/v1/vaults", Management.VaultList.class).vaults().stream()
                .anyMatch(vault -> vault.name().equals(VAULT));
        if (!hasVault) {
            calls.post("/v1/vaults", new Management.CreateVault(VAULT, NamePolicy.POSIX), VaultStatus.class);
        }
        boolean hasGroup = calls.get("/v1/groups", Management.GroupList.class).groups().stream()
                .anyMatch(group -> group.name().equals(VAULT));
        if (!hasGroup) {
            calls.post("/v1/groups", new Management.CreateGroup(VAULT), Management.GroupStatus.class);
        }
        GroupId group = Named.group(calls, VAULT);
        calls.put("/v1/groups/" + group + "/vaults/" + Named.vault(calls, VAULT));
        for (DemoDevice device : List.of(laptop, desktop)) {
            calls.put("/v1/groups/" + group + "/devices/"
                    + device.register(running().uri(), calls));
        }
    }

    private void fill() {
        Path filled = directory.resolve(".server").resolve("demo.filled");
        if (Files.exists(filled)) {
            return;
        }
        DemoFiles.put(laptop.mountpoint());
        laptop.sync();
        desktop.sync();
        try {
            Files.createFile(filled);
        } catch (IOException e) {
            throw Refusal.of("cannot write " + filled, e);
        }
    }

    private void say() {
        Path launcher = Path.of(OwnCommand.launcher());
        Output.print("""
                TinySync runs: one server and two devices, which show one vault as a drive each.
                  the laptop's drive is %2$s, the desktop's %3$s: files arrive as placeholders, and reading one fetches it
                  the server answers at %4$s
                Try in another terminal:
                  echo hello > %2$s/hello.txt
                  cat %3$s/hello.txt
                  cp -r %5$s %3$s/
                  %1$s ls welcome --state %7$s
                  %1$s status --state %6$s
                Ctrl-C sends what is pending, unmounts and stops; started again, everything is still there.
                """.formatted(
                        shown(launcher),
                        shown(laptop.mountpoint()),
                        shown(desktop.mountpoint()),
                        running().uri(),
                        shown(launcher.resolveSibling("docs")),
                        shown(laptop.state().path()),
                        shown(desktop.state().path())));
    }

    /** The path as its user would type it. */
    private static String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        String text = path.startsWith(here) ? here.relativize(path).toString() : path.toString();
        if (path.equals(here.resolve("tinysync"))) {
            text = "./" + text;
        }
        return text.matches("[\\w./+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** Devices first, so that they can send what is pending. */
    private synchronized void stop() {
        stopped = true;
        progress("sending what is pending and unmounting ...");
        daemons.parallelStream().forEach(DemoDevice::stop);
        if (serverProcess != null) {
            DemoServer.stop(serverProcess);
        }
    }

    private static void progress(String text) {
        if (Output.isTerminal()) {
            System.err.println("tinysync: " + text);
        }
    }
}
