package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tinysync demo} as someone meets it who has just cloned the project. */
final class DemoIT {

    /** The first start unpacks and initialises PostgreSQL. */
    private static final Duration READY = Duration.ofMinutes(3);

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @Test
    void worksIsStoppedByCtrlCAndKeepsEverythingAlsoWhenItIsKilled() throws Exception {
        Path demo = directory.resolve("my demo");
        Path laptop = demo.resolve("laptop");
        Path desktop = demo.resolve("desktop");

        try (Program running = start(demo, "first.log")) {
            assertThat(running.output().lines().filter(line -> !line.isBlank()))
                    .as("what it says")
                    .hasSize(10);
            tryWhatItSuggests(running.output());
            assertThat(running.output()).contains(laptop.toString(), desktop.toString(), "http://127.0.0.1:", "Ctrl-C");
            assertASecondOneIsRefused(demo);
            assertThat(desktop.resolve("welcome/read me first.txt")).isRegularFile();
            Files.writeString(laptop.resolve("from laptop"), "to the desktop");
            Files.writeString(desktop.resolve("from desktop"), "to the laptop");
            awaitContent(desktop.resolve("from laptop"), "to the desktop");
            awaitContent(laptop.resolve("from desktop"), "to the laptop");
            makeRepository(laptop);
            interrupt(running);
            assertThat(running.exitCode()).isZero();
        }
        assertNothingIsLeft(demo);

        try (Program running = start(demo, "second.log")) {
            assertThat(Files.readString(desktop.resolve("from laptop"))).isEqualTo("to the desktop");
            Await.until("the repository is clean on the desktop", SOON, () -> isClean(desktop));
            Files.writeString(desktop.resolve("closed"), "a moment before the kill");
            running.kill9();
        }

        try (Program running = start(demo, "third.log")) {
            awaitContent(laptop.resolve("closed"), "a moment before the kill");
            assertThat(Files.readString(laptop.resolve("from desktop"))).isEqualTo("to the laptop");
            interrupt(running);
        }
        assertNothingIsLeft(demo);
    }

    @Test
    void ctrlCWhileTheServerStartsLeavesNothingRunning() throws Exception {
        Path demo = directory.resolve("my demo");
        Account account = Account.own().heedingInterrupts();
        Path serverLog = demo.resolve(".server/demo.log");
        try (Program starting = Program.start(
                account.tinysync("demo", "--dir", demo.toString()), account.environment(), directory.resolve("log"))) {
            Await.until("the server is being started", READY, () -> Files.exists(serverLog), starting::output);
            interrupt(starting);
            assertThat(starting.output()).isEmpty();
        }
        assertThat(processesOf(demo)).isEmpty();
    }

    @Test
    void aDirectoryThatCannotBeUsedIsAFailure() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Account account = Account.own().heedingInterrupts();

        Program.Run run = Program.run(account.tinysync("demo", "--dir", file.toString()), account.environment(), SOON);

        assertThat(run.exitCode()).isOne();
        assertThat(run.output().lines()).singleElement().asString().startsWith("tinysync: ");
    }

    private static void assertASecondOneIsRefused(Path demo) throws IOException {
        Account account = Account.own().heedingInterrupts();
        Program.Run second =
                Program.run(account.tinysync("demo", "--dir", demo.toString()), account.environment(), SOON);
        assertThat(second).isEqualTo(new Program.Run(1, "", "tinysync: another demo runs in " + demo + "\n"));
    }

    /** After a failure the demo's children would go on; they are in sessions of their own. */
    @AfterEach
    void endWhatIsLeft() throws IOException {
        ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains(directory.toString()))
                .forEach(ProcessHandle::destroyForcibly);
        for (String name : List.of("laptop", "desktop")) {
            Program.run(
                    List.of(
                            "umount",
                            "-l",
                            directory.resolve("my demo").resolve(name).toString()),
                    Map.of(),
                    SOON);
        }
    }

    private Program start(Path demo, String log) throws IOException {
        Account account = Account.own().heedingInterrupts();
        Program running = Program.start(
                account.tinysync("demo", "--dir", demo.toString()), account.environment(), directory.resolve(log));
        Await.until(
                "the demo says that it runs",
                READY,
                () -> {
                    if (!running.isAlive()) {
                        throw new AssertionError("the demo ended: " + running.output());
                    }
                    return running.output().contains("Ctrl-C");
                },
                running::output);
        return running;
    }

    private static void awaitContent(Path file, String content) {
        Await.until(file + " is there", SOON, () -> Files.readString(file).equals(content));
    }

    /** The commands that it prints are typed one by one, as its reader would do it; what the other drive shows needs a moment. */
    private static void tryWhatItSuggests(String said) {
        String commands = said.substring(said.indexOf("Try in another terminal:"), said.indexOf("Ctrl-C"));
        StringBuilder shown = new StringBuilder();
        for (String command : commands.lines().skip(1).toList()) {
            Await.until(command, SOON, () -> {
                Program.Run run = Program.sh(Path.of("").toAbsolutePath(), command);
                shown.append(run.output());
                return run.exitCode() == 0;
            });
        }
        assertThat(shown).contains("hello\n", "read me first.txt", "laptop", "desktop");
    }

    private static void makeRepository(Path drive) throws IOException {
        Program.sh(
                        drive,
                        "mkdir repository; cd repository; git init -q; seq 9 > f; git add .;"
                                + " git -c user.name=e2e -c user.email=e2e@localhost commit -q -m first; git status --porcelain")
                .ok();
    }

    private static boolean isClean(Path drive) throws IOException {
        Program.Run run =
                Program.sh(drive, "cd repository; git status --porcelain; git fsck --strict; git log --oneline");
        return run.exitCode() == 0 && run.out().lines().count() == 1;
    }

    /** What a terminal does at Ctrl-C: the signal goes to the demo itself, its children are in sessions of their own. */
    private static void interrupt(Program running) throws IOException {
        Program.run(List.of("sh", "-c", "kill -INT " + running.pid()), Map.of(), SOON)
                .ok();
        assertThat(running.waitFor(STOP)).as("ended by Ctrl-C").isTrue();
    }

    private static void assertNothingIsLeft(Path demo) throws IOException {
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .as("mounts")
                .doesNotContain(demo.toString().replace(" ", "\\040"));
        assertThat(processesOf(demo)).as("processes").isEmpty();
        try (Stream<Path> left = Files.list(demo.resolve("laptop"))) {
            assertThat(left).as("files where the drive was").isEmpty();
        }
    }

    private static List<String> processesOf(Path demo) {
        return ProcessHandle.allProcesses()
                .map(process -> commandLine(process.pid()))
                .filter(command -> command.contains(demo.toString()))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }
}
