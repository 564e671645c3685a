package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.http.RemoteServer;
import io.tinysync.client.state.OwnerOnlyFile;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a vault by id or name: as the server describes it, else as it did when the vault was last attached here, so that a drive
 * starts without a server, and after access was lost.
 */
final class KnownVaults {

    private static final Logger LOG = LoggerFactory.getLogger(KnownVaults.class);

    /** The connection and its silence have shorter limits of their own. */
    private static final int SERVER_SECONDS = 10;

    private final StateDirectory state;
    private final RemoteServer server;

    KnownVaults(StateDirectory state, RemoteServer server) {
        this.state = state;
        this.server = server;
    }

    VaultStatus find(String vault) {
        String why;
        try {
            Optional<VaultStatus> told = unique(vault, askServer());
            if (told.isPresent()) {
                remember(told.get());
                return told.get();
            }
            why = "there is no vault '" + vault + "' that this device reaches";
        } catch (IOException e) {
            LOG.info("the list of vaults could not be had: {}", e.toString());
            why = "vault '" + vault + "' was never attached here, and the server does not tell of it: " + reason(e);
        }
        String refusal = why;
        return unique(vault, remembered()).orElseThrow(() -> new Refusal(refusal));
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? "it cannot be reached" : message;
    }

    private List<VaultStatus> askServer() throws IOException {
        try {
            return server.vaults().toCompletableFuture().get(SERVER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + SERVER_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Optional<VaultStatus> unique(String vault, List<VaultStatus> among) {
        Optional<VaultStatus> byId = among.stream()
                .filter(each -> each.vaultId().toString().equals(vault))
                .findFirst();
        if (byId.isPresent()) {
            return byId;
        }
        List<VaultStatus> named =
                among.stream().filter(each -> each.name().equals(vault)).toList();
        if (named.size() > 1) {
            throw new Refusal(named.size() + " vaults are called '" + vault + "': give the id");
        }
        return named.stream().findFirst();
    }

    private void remember(VaultStatus vault) {
        try {
            OwnerOnlyFile.write(description(state.createVault(vault.vaultId())), Json.write(vault));
        } catch (IOException e) {
            throw Refusal.of("cannot write below " + state.path(), e);
        }
    }

    private List<VaultStatus> remembered() {
        List<VaultStatus> vaults = new ArrayList<>();
        try (var directories = Files.newDirectoryStream(state.vaults())) {
            for (Path directory : directories) {
                vaults.add(Json.read(Files.readAllBytes(description(directory)), VaultStatus.class));
            }
        } catch (IOException e) {
            LOG.debug("no vault was attached before: {}", e.toString());
        }
        return vaults;
    }

    private static Path description(Path vaultDirectory) {
        return vaultDirectory.resolve("vault.json");
    }
}
