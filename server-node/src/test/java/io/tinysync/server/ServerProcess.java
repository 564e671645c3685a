package io.tinysync.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server as a process of its own, started as an operator starts it. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final String url;
    private final List<String> said;
    private final Thread reader;

    private ServerProcess(Process process, String url, List<String> said, Thread reader) {
        this.process = process;
        this.url = url;
        this.said = said;
        this.reader = reader;
    }

    /** How a server ended that did not get ready. */
    record Refusal(int exitCode, String output) {}

    static ServerProcess start(Path data, List<String> jvmFlags, String... arguments) throws IOException {
        return ready(launch(data, jvmFlags, arguments));
    }

    /** Without the tests' admin token in its environment: the arguments say where that is. */
    static ServerProcess startWithoutToken(Path data, List<String> jvmFlags, String... arguments) throws IOException {
        ProcessBuilder builder = builder(command(data, jvmFlags, arguments));
        builder.environment().remove("TINYSYNC_ADMIN_TOKEN");
        return ready(builder.start());
    }

    /** As an operator starts it, with the launcher's flags and these. */
    static ServerProcess launched(Path data, String jvmFlags) throws IOException {
        List<String> command = List.of(
                root().resolve("tinysync").toString(), "server", "--data", data.toString(), "--listen", "127.0.0.1:0");
        ProcessBuilder builder = builder(command);
        builder.environment().put("TINYSYNC_BUILD", "never");
        builder.environment().put("TINYSYNC_JAVA_OPTS", jvmFlags);
        return ready(builder.start());
    }

    private static ServerProcess ready(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.startsWith("ready ")) {
                return new ServerProcess(process, line.substring("ready ".length()), lines, drain(output, lines));
            }
        }
        throw new AssertionError("the server did not get ready: " + lines);
    }

    /** A full pipe would hold the server up; what it says is shown with the test's own output. */
    private static Thread drain(BufferedReader output, List<String> lines) {
        return Thread.ofVirtual().start(() -> output.lines().peek(lines::add).forEach(System.out::println));
    }

    /** All lines that it has printed; it has ended. */
    List<String> said() throws InterruptedException {
        reader.join();
        synchronized (said) {
            return List.copyOf(said);
        }
    }

    static Refusal startInVain(Path data, String... arguments) throws Exception {
        return startInVain(data, List.of(), arguments);
    }

    static Refusal startInVain(Path data, List<String> jvmFlags, String... arguments) throws Exception {
        Process process = launch(data, jvmFlags, arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Refusal(process.waitFor(), output);
    }

    private static Process launch(Path data, List<String> jvmFlags, String... arguments) throws IOException {
        return builder(command(data, jvmFlags, arguments)).start();
    }

    private static List<String> command(Path data, List<String> jvmFlags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + root().resolve("jvm.flags"));
        // The start is most of what these processes do, and the second tier's compiler most of that.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(jvmFlags);
        command.add("-Dlogback.configurationFile=logback.xml");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.tinysync.server.ServerMain"));
        command.addAll(List.of("--data", data.toString()));
        if (!Arrays.asList(arguments).contains("--listen")) {
            command.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("TINYSYNC_ADMIN_TOKEN", TestServer.ADMIN_TOKEN);
        builder.environment().put("XDG_CACHE_HOME", TestPostgres.CACHE_HOME.toString());
        return builder;
    }

    /** Of the checkout. */
    private static Path root() {
        File folder = new File("").getAbsoluteFile();
        while (!new File(folder, "jvm.flags").exists()) {
            folder = folder.getParentFile();
        }
        return folder.toPath();
    }

    ApiClient admin() {
        return new ApiClient(url, TestServer.ADMIN_TOKEN);
    }

    ApiClient anyone() {
        return new ApiClient(url, "");
    }

    long pid() {
        return process.pid();
    }

    /** The command lines of the process and of all that it has started, which everybody on a machine may read. */
    List<String> commandLines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (ProcessHandle each : Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList()) {
            Path line = Path.of("/proc/" + each.pid() + "/cmdline");
            lines.add(Files.readString(line, StandardCharsets.ISO_8859_1).replace('\0', ' '));
        }
        return lines;
    }

    /** The most memory that the process has had in use so far, in bytes (VmHWM of proc(5)). */
    long peakMemoryBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /** How much of its heap the process needs: what is in use after a collection. */
    long heapBytesInUse() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        new ProcessBuilder(jcmd, Long.toString(pid()), "GC.run").start().waitFor();
        return admin().get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM; the exit code. What the server says until its end is read: {@code Process.destroy} would close its output at once. */
    int terminate() throws InterruptedException {
        process.toHandle().destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not stop within 60 s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
