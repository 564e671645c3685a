package io.tinysync.client.state;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.tinysync.client.Refusal;
import io.tinysync.engine.tls.TrustedCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Map;
import java.util.Optional;

/**
 * Certificates that a user trusts beside the system's, such as that of an authority of their own.
 *
 * @param pem as its file has it
 */
public record CaCertificates(String pem) {

    private static final String VARIABLE = "TINYSYNC_CA";

    /** Some ten certificates; they are kept with the device's credentials. */
    private static final int MAX_BYTES = 32 << 10;

    /**
     * Takes the text.
     *
     * @throws IllegalArgumentException if there is no certificate in it
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public CaCertificates {
        var _ = parsed(pem);
    }

    private static TrustedCertificates parsed(String pem) {
        try {
            return TrustedCertificates.parse(pem.getBytes(StandardCharsets.ISO_8859_1));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Those of a file.
     *
     * @param option by which it was named
     */
    public static CaCertificates read(String option, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Refusal(
                        option + ": " + file + " is over " + MAX_BYTES + " bytes: name the few that are needed");
            }
            return new CaCertificates(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw Refusal.of(option + ": cannot read " + file, e);
        } catch (IllegalArgumentException e) {
            throw new Refusal(option + ": " + file + ": " + e.getMessage(), e);
        }
    }

    /** Those that the environment names. */
    public static Optional<CaCertificates> of(Map<String, String> environment) {
        return Optional.of(environment.getOrDefault(VARIABLE, ""))
                .filter(path -> !path.isEmpty())
                .map(path -> read(VARIABLE, Path.of(path)));
    }

    @Override
    @JsonValue
    public String pem() {
        return pem;
    }

    public TrustedCertificates certificates() {
        return parsed(pem);
    }
}
