package io.tinysync.server.postgres;

import com.sun.security.auth.module.UnixSystem;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A PostgreSQL server as a process of this one's, on loopback, with a password that only the data directory's owner can read.
 * It ends with this process, however that ends: its keeper (a shell) reads a pipe from here and shuts PostgreSQL down when the
 * pipe closes. Whoever starts it must hold the data directory's lock.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String USER = "tinysync";
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);

    /** Root meets this in a chroot, and in a container that may not make user namespaces. */
    private static final String ROOT_ADVICE =
            " (PostgreSQL refuses root, and user namespaces are not permitted here: run as another user, or give --database-url)";

    /** Runs its arguments, and interrupts them (PostgreSQL's fast shutdown) when its standard input ends. */
    private static final String KEEPER = """
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            (read -r _ <&3; kill -INT $server) &
            watcher=$!
            exec 3<&-
            wait $server
            status=$?
            kill $watcher 2>/dev/null
            exit $status
            """;

    private final Path directory;
    private final DatabaseAddress address;
    private final Process process;

    private EmbeddedPostgres(Path directory, DatabaseAddress address, Process process) {
        this.directory = directory;
        this.address = address;
        this.process = process;
    }

    /**
     * Starts the server on this directory, which is made if it is missing. A server that an earlier run left there is stopped
     * first. Returns once it takes connections, after crash recovery where that is needed.
     *
     * @param directory everything that must be kept: the database cluster and its password
     * @param cache for what can be made again
     */
    public static EmbeddedPostgres start(Path directory, Path cache) throws IOException, StartupException {
        Path home = PostgresBinaries.unpacked(cache);
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path cluster = directory.toRealPath().resolve("cluster");
        stopLeftover(cluster);
        String password = password(directory);
        if (!Files.isDirectory(cluster)) {
            create(home, directory, cluster);
        }
        int port = freePort();
        Process process = launch(directory, command(home, cluster, port));
        awaitReady(process, cluster, directory);
        return new EmbeddedPostgres(directory, DatabaseAddress.local(port, "postgres", USER, password), process);
    }

    public DatabaseAddress address() {
        return address;
    }

    /** Completes when PostgreSQL has ended, also by itself. */
    public CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    private static void stopLeftover(Path cluster) throws IOException, StartupException {
        Optional<PostmasterPid> left = PostmasterPid.read(cluster);
        if (left.isEmpty()) {
            return;
        }
        Optional<ProcessHandle> running = left.get().process(cluster);
        if (running.isPresent() && !stopped(running.get(), "INT") && !stopped(running.get(), "QUIT")) {
            throw new StartupException(
                    "PostgreSQL of an earlier run (pid " + left.get().pid() + ") on " + cluster + " does not stop");
        }
        Files.deleteIfExists(PostmasterPid.file(cluster));
    }

    /**
     * INT is PostgreSQL's fast shutdown, QUIT its immediate one, after which it recovers from its log. The shell sends it: a small
     * machine has no program {@code kill}.
     */
    private static boolean stopped(ProcessHandle handle, String signal) throws IOException {
        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, handle.pid())).start();
        try {
            handle.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String password(Path directory) throws IOException {
        Path file = directory.resolve("password");
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Path draft = directory.resolve("password.new");
            Files.deleteIfExists(draft);
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return Files.readString(file).strip();
    }

    /** A cluster has its name only once it is complete, so that a crash in between leaves none. */
    private static void create(Path home, Path directory, Path cluster) throws IOException, StartupException {
        Path draft = cluster.resolveSibling("cluster.new");
        PostgresBinaries.deleteRecursively(draft);
        List<String> command = asOrdinaryUser(home.resolve("bin/initdb"));
        command.addAll(List.of("--pgdata", draft.toString(), "--username", USER, "--auth", "scram-sha-256"));
        command.addAll(List.of("--pwfile", directory.resolve("password").toString()));
        command.addAll(List.of("--encoding", "UTF8", "--locale", "C", "--no-instructions"));
        Process process = launch(directory, command);
        try {
            if (process.waitFor() != 0) {
                throw new StartupException("PostgreSQL could not make its data directory: " + lastWords(directory));
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while PostgreSQL made its data directory", e);
        }
        Files.move(draft, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> command(Path home, Path cluster, int port) {
        List<String> command = asOrdinaryUser(home.resolve("bin/postgres"));
        command.addAll(List.of("-D", cluster.toString(), "-p", Integer.toString(port)));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=100",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                // Every statement here is short; planning machine code would cost more than running it.
                "jit=off",
                "log_min_messages=warning",
                "log_checkpoints=off")) {
            command.addAll(List.of("-c", setting));
        }
        return command;
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is not, and owns its files all the same. */
    private static List<String> asOrdinaryUser(Path program) {
        List<String> command = new ArrayList<>();
        if (new UnixSystem().getUid() == 0) {
            command.addAll(List.of("unshare", "--user"));
        }
        command.add(program.toString());
        return command;
    }

    /** In a session of its own, so that Ctrl-C at a terminal reaches the server and not PostgreSQL beneath it. */
    private static Process launch(Path directory, List<String> command) throws IOException {
        List<String> kept = new ArrayList<>(List.of("setsid", "sh", "-c", KEEPER, "sh"));
        kept.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(kept);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        return builder.redirectErrorStream(true)
                .redirectOutput(log(directory).toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitReady(Process process, Path cluster, Path directory) throws IOException, StartupException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!PostmasterPid.read(cluster).map(PostmasterPid::ready).orElse(false)) {
            if (!process.isAlive()) {
                throw new StartupException("PostgreSQL did not start: " + lastWords(directory));
            }
            if (System.nanoTime() > deadline) {
                closeInput(process);
                throw new StartupException(
                        "PostgreSQL was not ready within " + START_LIMIT.toSeconds() + " s, see " + log(directory));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static Path log(Path directory) {
        return directory.resolve("postgres.log");
    }

    private static String lastWords(Path directory) throws IOException {
        List<String> lines = Files.readAllLines(log(directory), StandardCharsets.UTF_8).stream()
                .filter(line -> !line.isBlank())
                .toList();
        String last = lines.isEmpty() ? "it said nothing" : lines.getLast();
        return last.startsWith("unshare: ") ? last + ROOT_ADVICE : last;
    }

    /** Shuts PostgreSQL down and waits for it. Harmless if it has ended. */
    @Override
    public void close() throws IOException {
        closeInput(process);
        try {
            if (!process.waitFor(STOP_LIMIT)) {
                stopLeftover(directory.toRealPath().resolve("cluster"));
            }
        } catch (StartupException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeInput(Process process) throws IOException {
        process.getOutputStream().close();
    }
}
