package io.tinysync.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./tinysync} as a user's script does, for one server. */
final class CommandLine {

    private static final int LIMIT_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI server;
    private final String adminToken;

    CommandLine(URI server, String adminToken) {
        this.server = server;
        this.adminToken = adminToken;
    }

    /** What a command printed, and how it ended. */
    record Result(int exitCode, String out, String err) {

        JsonNode json() throws IOException {
            return JSON.readTree(out);
        }
    }

    /** Runs a command that has to succeed. */
    Result run(String... arguments) throws Exception {
        Result result = attempt(arguments);
        if (result.exitCode() != 0) {
            throw new AssertionError(List.of(arguments) + " ended with " + result);
        }
        return result;
    }

    /** Runs a command to its end, whatever that is. */
    Result attempt(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Checkout.root().resolve("tinysync").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TINYSYNC_SERVER", server.toString());
        builder.environment().put("TINYSYNC_ADMIN_TOKEN", adminToken);
        Process process = builder.start();
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        String out = read(process.getInputStream());
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end within " + LIMIT_SECONDS + " s");
        }
        return new Result(process.exitValue(), out, err.get());
    }

    private static String read(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A device that reaches a vault; returns its state directory. */
    Path device(Path state, String name, String group) throws Exception {
        run("register", "--name", name, "--state", state.toString());
        run("admin", "group", "add-device", group, name);
        return state;
    }

    /** A vault and a group of the same name that reaches it; returns the vault's id. */
    String vault(String name) throws Exception {
        String vaultId = run("admin", "vault", "create", name, "--policy", "posix", "--json")
                .json()
                .path("vault_id")
                .asText();
        run("admin", "group", "create", name);
        run("admin", "group", "add-vault", name, name);
        return vaultId;
    }
}
