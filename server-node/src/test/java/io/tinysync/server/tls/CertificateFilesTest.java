package io.tinysync.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.tls.TestAuthority;
import io.tinysync.engine.tls.TestAuthority.Issued;
import io.tinysync.engine.tls.TestAuthority.Kind;
import io.tinysync.server.startup.StartupException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and keys as authorities' tools write them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertificateFilesTest {

    private Path directory;
    private TestAuthority authority;
    private Issued rsa;
    private Issued curve;
    private Issued edwards;

    @BeforeAll
    void issue(@TempDir Path directory) throws Exception {
        this.directory = directory;
        authority = TestAuthority.create(directory);
        rsa = authority.issue("rsa", "DNS:a.example", Kind.RSA);
        curve = authority.issue("curve", "DNS:a.example", Kind.EC);
        edwards = authority.issue("edwards", "DNS:a.example", Kind.ED25519);
    }

    private static PrivateKey key(Path certificate, Path key) throws StartupException {
        CertificateFiles files = new CertificateFiles(certificate, key);
        return files.parse(files.read()).key();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "key", ".pem"), text);
    }

    /** That it is the certificate's, reading it has proven by a signature. */
    @Test
    void pkcs8_is_read_for_each_kind_of_key() throws Exception {
        for (Issued each : List.of(rsa, curve, edwards)) {
            assertThat(key(each.certificate(), each.key()).getAlgorithm())
                    .isEqualTo(each.own().getPublicKey().getAlgorithm());
        }
    }

    @Test
    void pkcs1_is_read() throws Exception {
        assertThat(key(rsa.certificate(), rsa.olderKey(Kind.RSA))).isEqualTo(key(rsa.certificate(), rsa.key()));
    }

    @Test
    void sec1_is_read_with_its_curve_s_parameters_before_it() throws Exception {
        assertThat(number(key(curve.certificate(), curve.olderKey(Kind.EC))))
                .isEqualTo(number(key(curve.certificate(), curve.key())));
    }

    private static BigInteger number(PrivateKey key) {
        return ((ECPrivateKey) key).getS();
    }

    @Test
    void the_chain_is_read_with_the_server_s_own_certificate_first() throws Exception {
        CertificateFiles files = new CertificateFiles(rsa.certificate(), rsa.key());
        CertifiedKey pair = files.parse(files.read());
        assertThat(pair.chain()).hasSize(2);
        assertThat(pair.certificate()).isEqualTo(rsa.own());
    }

    @Test
    void a_key_with_a_password_or_of_another_certificate_is_refused() throws Exception {
        Path locked = file(TestAuthority.pem("ENCRYPTED PRIVATE KEY", new byte[100]));
        assertThatThrownBy(() -> key(rsa.certificate(), locked))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("tls.key: " + locked + ": the key has a password");
        for (Issued other : List.of(curve, edwards)) {
            assertThatThrownBy(() -> key(rsa.certificate(), other.key()))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("of the certificate's kind, RSA");
        }
        Issued another = authority.issue("another", "DNS:a.example", Kind.RSA);
        assertThatThrownBy(() -> key(rsa.certificate(), another.key()))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("is not that of the certificate");
    }
}
