package io.tinysync.engine.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of the tests' own, made anew by openssl, and the certificates that it gives to servers. */
public final class TestAuthority {

    private static final int DAYS = 30;

    private final Path directory;

    private TestAuthority(Path directory) {
        this.directory = directory;
    }

    /** What a key is of. */
    public enum Kind {
        EC("ec -pkeyopt ec_paramgen_curve:P-256"),
        RSA("rsa -pkeyopt rsa_keygen_bits:2048"),
        ED25519("ed25519");

        private final String options;

        Kind(String options) {
            this.options = options;
        }
    }

    /**
     * Makes one.
     *
     * @param directory for its files, which may not be there yet
     */
    public static TestAuthority create(Path directory) throws IOException {
        Files.createDirectories(directory);
        TestAuthority authority = new TestAuthority(directory);
        List<String> request = authority.request("ca", Kind.EC);
        request.addAll(List.of("-x509", "-out", authority.file().toString()));
        openssl(request);
        return authority;
    }

    /** Its own certificate, in PEM. */
    public Path file() {
        return directory.resolve("ca.pem");
    }

    public TrustedCertificates trusted() throws IOException {
        return certificates(file());
    }

    private static TrustedCertificates certificates(Path file) throws IOException {
        try {
            return TrustedCertificates.parse(Files.readAllBytes(file));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /**
     * A certificate of a server with its key, both as the server takes them.
     *
     * @param certificate PEM, with the authority's behind it
     * @param key PEM, PKCS#8
     */
    public record Issued(Path certificate, Path key) {

        public X509Certificate own() throws IOException {
            return certificates(certificate).all().getFirst();
        }

        /** The same key in the older form of its kind: PKCS#1, or SEC 1 with the curve's parameters before it. */
        public Path olderKey(Kind kind) throws IOException {
            Path older = key.resolveSibling("older-" + key.getFileName());
            switch (kind) {
                case RSA -> openssl("rsa", "-traditional", "-in", key.toString(), "-out", older.toString());
                case EC -> {
                    openssl("ec", "-in", key.toString(), "-out", older.toString());
                    String parameters =
                            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
                    Files.writeString(older, parameters + Files.readString(older));
                }
                case ED25519 -> throw new IllegalArgumentException("there is no older form");
            }
            return older;
        }
    }

    /**
     * Gives a certificate to a server.
     *
     * @param name of the files
     * @param hosts as openssl has them: {@code IP:127.0.0.1,DNS:localhost}
     */
    public Issued issue(String name, String hosts, Kind kind) throws IOException {
        return issue(name, hosts, kind, DAYS);
    }

    /** One that has run out. */
    public Issued issueExpired(String name, String hosts) throws IOException {
        return issue(name, hosts, Kind.EC, -1);
    }

    private Issued issue(String name, String hosts, Kind kind, int days) throws IOException {
        Path asked = directory.resolve(name + ".csr");
        List<String> request = request(name, kind);
        request.addAll(List.of("-out", asked.toString()));
        openssl(request);
        Path extensions = Files.writeString(directory.resolve(name + ".ext"), "subjectAltName=" + hosts);
        Path certificate = directory.resolve(name + ".pem");
        openssl(
                "x509",
                "-req",
                "-in",
                asked.toString(),
                "-CA",
                file().toString(),
                "-CAkey",
                key("ca").toString(),
                "-CAcreateserial",
                "-days",
                Integer.toString(days),
                "-extfile",
                extensions.toString(),
                "-out",
                certificate.toString());
        Files.writeString(certificate, Files.readString(certificate) + Files.readString(file()));
        return new Issued(certificate, key(name));
    }

    private List<String> request(String name, Kind kind) {
        List<String> command = new ArrayList<>(List.of("req", "-new", "-nodes", "-subj", "/CN=" + name, "-newkey"));
        command.addAll(List.of(kind.options.split(" ")));
        command.addAll(List.of("-keyout", key(name).toString()));
        return command;
    }

    private Path key(String name) {
        return directory.resolve(name + "-key.pem");
    }

    private static void openssl(String... command) throws IOException {
        openssl(List.of(command));
    }

    private static void openssl(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The text form of some bytes (RFC 7468). */
    public static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes)
                + "\n-----END " + label + "-----\n";
    }
}
