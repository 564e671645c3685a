package io.tinysync.suites;

import io.tinysync.client.state.CaCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;

/**
 * Whom a suite trusts beside the Java runtime's authorities. Gatling knows of those only, so a step's JVM is given a store that has them all.
 *
 * @param flags of a step's JVM
 */
record TrustStore(Optional<CaCertificates> certificates, List<String> flags) {

    /** There is nothing to hide in it, but the format wants a password. */
    private static final String PASSWORD = "certificates-only";

    static final TrustStore OF_THE_RUNTIME = new TrustStore(Optional.empty(), List.of());

    /** @param directory where the store's file goes */
    static TrustStore with(CaCertificates certificates, Path directory) throws IOException, GeneralSecurityException {
        Path file = directory.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            certificates.certificates().store().store(out, PASSWORD.toCharArray());
        }
        return new TrustStore(
                Optional.of(certificates),
                List.of(
                        "-Djavax.net.ssl.trustStore=" + file,
                        "-Djavax.net.ssl.trustStoreType=pkcs12",
                        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD));
    }

    void applyTo(HttpClient.Builder client) {
        certificates.ifPresent(each -> each.certificates().applyTo(client));
    }
}
