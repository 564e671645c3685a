package io.tinysync.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server process that is started from a file as an operator starts it. */
final class DeployedServer implements AutoCloseable {

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final CompletableFuture<List<String>> output;

    private DeployedServer(Process process, String url, BufferedReader lines) {
        this.process = process;
        this.url = url;
        this.output = CompletableFuture.supplyAsync(() -> lines.lines().toList(), Thread::startVirtualThread);
    }

    /** How a server ended that did not get ready. */
    record Refusal(int exitCode, String output) {}

    static DeployedServer start(Path file, Map<String, String> environment) throws IOException {
        return awaitReady(launch(file, environment));
    }

    /** Starts several at once, each with its environment: the nodes of a cluster wait for each other. */
    static List<DeployedServer> startTogether(Path file, List<Map<String, String>> environments) throws IOException {
        List<Process> processes = new ArrayList<>();
        List<DeployedServer> servers = new ArrayList<>();
        try {
            for (Map<String, String> environment : environments) {
                processes.add(launch(file, environment));
            }
            for (Process process : processes) {
                servers.add(awaitReady(process));
            }
            return servers;
        } catch (IOException | AssertionError e) {
            processes.forEach(Process::destroyForcibly);
            throw e;
        }
    }

    private static DeployedServer awaitReady(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        List<String> said = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                return new DeployedServer(process, line.substring("ready ".length()), lines);
            }
            said.add(line);
        }
        throw new AssertionError("the server did not get ready: " + said);
    }

    static Refusal startInVain(Path file, Map<String, String> environment) throws IOException, InterruptedException {
        Process process = launch(file, environment);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Refusal(process.waitFor(), output);
    }

    private static Process launch(Path file, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Deployed.ROOT.resolve("jvm.flags"),
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tinysync.server.ServerMain",
                "--config",
                file.toString()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TINYSYNC_"));
        builder.environment().putAll(environment);
        builder.environment().put("XDG_CACHE_HOME", Deployed.CACHE.toString());
        return builder.redirectErrorStream(true).start();
    }

    /** The status of the answer to a GET without a token. */
    int status(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** The body of the answer, which must say that all went well. */
    String send(String method, String path, String token, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** So that there has been a collection. */
    void collectGarbage() throws IOException, InterruptedException {
        Programs.Run run = Programs.jcmd(process.pid(), "GC.run");
        if (run.exitCode() != 0) {
            throw new AssertionError("jcmd: " + run.output());
        }
    }

    /** SIGTERM; the exit code. */
    int terminate() throws InterruptedException {
        // The process' own destroy() closes what it has yet to say.
        process.toHandle().destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not stop within 60 s");
        }
        return process.exitValue();
    }

    /** What it said from when it was ready to its end. */
    List<String> output() {
        return output.join();
    }

    @Override
    public void close() {
        http.close();
        process.destroyForcibly();
    }
}
