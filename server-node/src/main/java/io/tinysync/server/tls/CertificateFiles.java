package io.tinysync.server.tls;

import io.tinysync.engine.tls.TrustedCertificates;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.util.List;

/**
 * Where an authority's tools put the certificate and its key, in PEM, and renew them.
 *
 * @param certificate the chain, the server's own certificate first
 */
public record CertificateFiles(Path certificate, Path key) {

    static final String CERTIFICATE = "tls.certificate";
    static final String KEY = "tls.key";

    /** What is in the two files. */
    record Contents(String certificate, String key) {

        @Override
        public String toString() {
            return "a certificate and its key";
        }
    }

    /** @throws StartupException if one cannot be read; the message says which */
    Contents read() throws StartupException {
        return new Contents(text(CERTIFICATE, certificate), text(KEY, key));
    }

    /** @throws StartupException if these are no certificate and its key; the message says why, and shows nothing of the key */
    CertifiedKey parse(Contents contents) throws StartupException {
        List<X509Certificate> chain = chain(contents.certificate());
        try {
            PrivateKey privateKey =
                    PrivateKeyPem.parse(contents.key(), chain.getFirst().getPublicKey());
            CertifiedKey pair = new CertifiedKey(chain, privateKey);
            if (pair.belongsTogether()) {
                return pair;
            }
        } catch (InvalidKeySpecException e) {
            throw new StartupException(KEY + ": " + key + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            // As for a pair whose signature is wrong.
        }
        throw new StartupException(KEY + ": the key in " + key + " is not that of the certificate in " + certificate);
    }

    private List<X509Certificate> chain(String pem) throws StartupException {
        try {
            return TrustedCertificates.parse(pem.getBytes(StandardCharsets.ISO_8859_1))
                    .all();
        } catch (CertificateException e) {
            throw new StartupException(CERTIFICATE + ": " + certificate + ": " + e.getMessage(), e);
        }
    }

    static String text(String setting, Path file) throws StartupException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new StartupException(setting + ": cannot read " + file + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "permission denied";
            case IOException other -> String.valueOf(other.getMessage());
        };
    }
}
