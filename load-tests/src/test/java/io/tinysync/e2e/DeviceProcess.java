package io.tinysync.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A device: its state directory, its daemon's process and its mounted drive. */
final class DeviceProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Path state;
    private final Path drive;
    private final Path log;
    private final Account account;
    private final String vault;
    private @Nullable Program daemon;

    /** A device that is not registered yet; state, drive and log are in a directory. */
    DeviceProcess(Path directory, String name, String vault, Account account) {
        this.name = name;
        this.state = directory.resolve("." + name);
        this.drive = directory.resolve(name);
        this.log = directory.resolve(name + ".log");
        this.account = account;
        this.vault = vault;
    }

    /** Registers it at a server; returns its id. */
    String register(String url, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("register", "--server", url, "--name", name, "--json"));
        command.addAll(List.of(more));
        String registered = cli(command.toArray(String[]::new)).ok();
        return JSON.readTree(registered).path("device_id").asText();
    }

    String name() {
        return name;
    }

    Path drive() {
        return drive;
    }

    Path path(String relative) {
        return drive.resolve(relative);
    }

    Path state() {
        return state;
    }

    long pid() {
        return daemon().pid();
    }

    /** Returns once the daemon has said that its drive answers; a dead mount point of an earlier one is no proof. */
    void attach() throws IOException {
        int before = Files.exists(log) ? log().length() : 0;
        List<String> command = account.tinysync("attach", vault, drive.toString(), "--state", state.toString());
        Program started = Program.start(command, account.environment(), log);
        daemon = started;
        Await.until(
                "the drive of " + name + " is mounted",
                START,
                () -> {
                    if (!started.isAlive()) {
                        throw new AssertionError("the daemon ended: " + started.output());
                    }
                    // A mount that a killed daemon left counts for nothing, nor does whatever else the daemon says
                    // before.
                    return log().substring(before).contains(" is attached at ") && isMounted();
                },
                started::output);
    }

    boolean isMounted() throws IOException {
        return Files.readString(account.mountTable()).contains(" " + drive + " ");
    }

    void kill9() {
        daemon().kill9();
    }

    void detach() throws IOException {
        daemon().terminate(Duration.ofSeconds(60));
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** Runs the command line for this device's state directory. */
    Program.Run cli(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--state", state.toString()));
        return Program.run(account.tinysync(all.toArray(String[]::new)), account.environment(), Duration.ofMinutes(4));
    }

    /** The vault's part of {@code status --json}. */
    JsonNode status() throws IOException {
        return JSON.readTree(cli("status", "--json").ok()).path("vaults").path(0);
    }

    /** Returns when everything written here is acknowledged and the log's head is applied. */
    void sync() throws IOException {
        cli("sync", "--wait", "180").ok();
    }

    /** The same for what takes longer. */
    void syncFor(Duration time) throws IOException {
        Program.run(
                        account.tinysync(
                                "sync", "--wait", String.valueOf(time.toSeconds()), "--state", state.toString()),
                        account.environment(),
                        time.plusMinutes(1))
                .ok();
    }

    JsonNode ls(String relative) throws IOException {
        return JSON.readTree(cli("ls", relative, "--json").ok());
    }

    /** The bytes of file contents that this device holds anywhere in its state directory. */
    long contentBytes() throws IOException {
        try (Stream<Path> files = Files.walk(state.resolve("vaults"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*/(cache|partial|work)/.*"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private Program daemon() {
        return Objects.requireNonNull(daemon, "attached");
    }

    @Override
    public void close() throws IOException {
        if (daemon().isAlive()) {
            detach();
        } else if (isMounted()) {
            Program.run(List.of("umount", "-l", drive.toString()), Map.of(), Duration.ofSeconds(10));
        }
    }
}
