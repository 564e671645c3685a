package io.tinysync.server.tls;

import com.typesafe.config.Config;
import io.tinysync.engine.tls.TrustedCertificates;
import io.tinysync.server.startup.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Optional;

/**
 * How the HTTP API is encrypted.
 *
 * @param files of the server's certificate; none: it is not encrypted here
 * @param trusted when this node calls the others of its cluster
 */
public record TlsSettings(Optional<CertificateFiles> files, TrustedCertificates trusted) {

    private static final String CA = "tls.ca";

    /**
     * Reads {@code tinysync.server.tls}.
     *
     * @throws StartupException if a certificate has no key or a key no certificate, or those that are to be trusted cannot be read
     */
    public static TlsSettings read(Config tls) throws StartupException {
        Optional<Path> certificate = path(tls, "certificate");
        Optional<Path> key = path(tls, "key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new StartupException(CertificateFiles.CERTIFICATE + " and " + CertificateFiles.KEY
                    + " must both be set, or neither: " + (key.isPresent() ? "the certificate" : "the key")
                    + " is missing");
        }
        Optional<CertificateFiles> files = certificate.map(file -> new CertificateFiles(file, key.orElseThrow()));
        return new TlsSettings(files, trusted(path(tls, "ca")));
    }

    private static TrustedCertificates trusted(Optional<Path> ca) throws StartupException {
        if (ca.isEmpty()) {
            return TrustedCertificates.NONE;
        }
        String pem = CertificateFiles.text(CA, ca.get());
        try {
            return TrustedCertificates.parse(pem.getBytes(StandardCharsets.ISO_8859_1));
        } catch (CertificateException e) {
            throw new StartupException(CA + ": " + ca.get() + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Path> path(Config tls, String key) {
        return Optional.of(tls.getString(key).strip())
                .filter(text -> !text.isEmpty())
                .map(text -> Path.of(text).toAbsolutePath());
    }
}
