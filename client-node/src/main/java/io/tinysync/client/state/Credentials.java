package io.tinysync.client.state;

import io.tinysync.client.Refusal;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.tls.TrustedCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who this device is, and to which server.
 *
 * @param server its addresses
 * @param deviceId this registration
 * @param token the secret, never shown
 * @param name what people call this device; part of the names of its conflict copies
 * @param ca what is trusted beside the system's certificates when the server is called
 */
public record Credentials(
        ServerUrls server,
        DeviceId deviceId,
        String token,
        String name,
        @Nullable CaCertificates ca) {

    /** A file as {@link #save} writes it is below 1 KiB, and what its certificates take. */
    private static final int MAX_FILE_BYTES = 64 * 1024;

    /** The registration that the file holds, if there is one. */
    public static Optional<Credentials> load(StateDirectory state) {
        Path file = state.credentials();
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new Refusal(file + " is not a file that tinysync wrote: it is over " + MAX_FILE_BYTES + " bytes");
            }
            return Optional.of(Json.read(Files.readAllBytes(file), Credentials.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Refusal.of("cannot read " + file, e);
        }
    }

    /** Whom this device trusts to be the server: whom it was told at its registration, and whom the environment names now. */
    public TrustedCertificates trusted(Map<String, String> environment) {
        TrustedCertificates named =
                CaCertificates.of(environment).map(CaCertificates::certificates).orElse(TrustedCertificates.NONE);
        return ca == null ? named : ca.certificates().and(named);
    }

    /** As {@link #load}, where there has to be one. */
    public static Credentials require(StateDirectory state) {
        return load(state)
                .orElseThrow(() ->
                        new Refusal(state.path() + " is not registered with a server: run 'tinysync register' first"));
    }

    /** Replaces what the file holds; durable. */
    public void save(StateDirectory state) {
        state.create();
        try {
            OwnerOnlyFile.write(state.credentials(), Json.write(this));
        } catch (IOException e) {
            throw Refusal.of("cannot write " + state.credentials(), e);
        }
    }

    @Override
    public String toString() {
        return "Credentials[" + deviceId + " at " + server + "]";
    }
}
