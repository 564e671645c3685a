package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tls.TestAuthority;
import io.tinysync.engine.tls.TestAuthority.Issued;
import io.tinysync.engine.tls.TestAuthority.Kind;
import io.tinysync.server.startup.StartupException;
import io.tinysync.server.tls.ServerTls;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A server that has a certificate of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsIT {

    private Path directory;
    private TestAuthority authority;
    private Issued first;
    private Issued second;
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        this.directory = directory;
        authority = TestAuthority.create(directory.resolve("authority"));
        first = authority.issue("first", "IP:127.0.0.1", Kind.EC);
        second = authority.issue("second", "IP:127.0.0.1", Kind.RSA);
        install(first.certificate(), first.key());
        server = TestServer.start(directory.resolve("data"), TestPostgres.newDatabase(), settings())
                .trustedBy(authority.trusted());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Map<String, Object> settings() {
        return Map.of(
                "tls.certificate", certificate().toString(),
                "tls.key", key().toString());
    }

    private Path certificate() {
        return directory.resolve("server.pem");
    }

    private Path key() {
        return directory.resolve("server-key.pem");
    }

    /** As an authority's tool renews them. */
    private void install(Path certificate, Path key) throws IOException {
        Files.copy(certificate, certificate(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(key, key(), StandardCopyOption.REPLACE_EXISTING);
    }

    private Socket connection() throws IOException {
        URI address = URI.create(server.url());
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void all_that_a_device_does_goes_by_tls() throws Exception {
        assertThat(server.url()).startsWith("https://127.0.0.1:");
        SharingVault vault = new SharingVault(server, "shared");
        try (WakeListener socket = WakeListener.connect(server.url(), vault.device())) {
            assertThat(socket.next().headSeq()).isZero();
            vault.file(ItemId.ROOT, "file", "text");
            assertThat(socket.next().headSeq()).isEqualTo(1);
        }
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        assertThat(upload(vault, large, 0, 1 << 20).text()).contains("\"offset\":" + (1 << 20));
        assertThat(upload(vault, large, 1 << 20, large.length).text()).contains("\"stored\":true");
        assertThat(vault.device()
                        .api()
                        .get(ApiClient.blobPath(vault.id(), Sha256.hash(large)))
                        .expect(200)
                        .bytes())
                .isEqualTo(large);
    }

    private ApiClient.Response upload(SharingVault vault, byte[] bytes, int from, int to) {
        ApiClient api = vault.device().api();
        return api.send(api.request(ApiClient.blobPath(vault.id(), Sha256.hash(bytes)) + "/upload")
                        .header("Upload-Offset", Integer.toString(from))
                        .header("Upload-Length", Integer.toString(bytes.length))
                        .method("PATCH", BodyPublishers.ofByteArray(Arrays.copyOfRange(bytes, from, to)))
                        .build())
                .expect(200);
    }

    @Test
    void a_link_s_cookie_is_for_encrypted_connections_alone() {
        SharingVault vault = new SharingVault(server, "linked");
        SharingVault.Link link = vault.link(vault.file(ItemId.ROOT, "file", "text"), null, "word", null);
        server.anyone().get(link.path()).expect(200);
        assertThat(server.anyone()
                        .post(link.path(), "password=word".getBytes(StandardCharsets.UTF_8))
                        .expect(303)
                        .header("Set-Cookie"))
                .contains("; Secure");
    }

    @Test
    void without_tls_nothing_is_answered() throws Exception {
        try (Socket plain = connection()) {
            plain.getOutputStream().write(RawConnection.ascii("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).doesNotContain("HTTP/").doesNotContain("200");
        }
    }

    @Test
    void tls_1_3_and_1_2_are_spoken_and_what_is_older_is_refused() throws Exception {
        assertThat(spoken("TLSv1.3")).isEqualTo("TLSv1.3");
        assertThat(spoken("TLSv1.2")).isEqualTo("TLSv1.2");
        assertThat(answerToHelloOf(3, 2)).startsWith(0x15).endsWith(2, PROTOCOL_VERSION);
        assertThat(answerToHelloOf(3, 3)).startsWith(HANDSHAKE);
    }

    private String spoken(String version) throws Exception {
        try (SSLSocket socket = connected(version)) {
            return socket.getSession().getProtocol();
        }
    }

    private SSLSocket connected(String... versions) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(connection(), "127.0.0.1", 0, true);
        socket.setEnabledProtocols(versions);
        socket.startHandshake();
        return socket;
    }

    private static final int HANDSHAKE = 0x16;

    /** An alert of TLS: the other side's version is none of ours (RFC 8446 section 6). */
    private static final int PROTOCOL_VERSION = 70;

    /** The first bytes that come back to a client that offers this version at most, which Java's own no longer can. */
    private byte[] answerToHelloOf(int major, int minor) throws Exception {
        byte[] suites = {(byte) 0xC0, 0x09, (byte) 0xC0, 0x0A, (byte) 0xC0, 0x2B, (byte) 0xC0, 0x13, (byte) 0xC0, 0x14};
        byte[] curves = {0, 10, 0, 4, 0, 2, 0, 23};
        byte[] signatures = {0, 13, 0, 6, 0, 4, 4, 3, 4, 1};
        int length = 2 + 32 + 1 + 2 + suites.length + 2 + 2 + curves.length + signatures.length;
        ByteBuffer hello = ByteBuffer.allocate(9 + length);
        hello.put((byte) HANDSHAKE).put((byte) 3).put((byte) 1).putShort((short) (4 + length));
        hello.putInt((1 << 24) | length).put((byte) major).put((byte) minor).put(new byte[32]);
        hello.put((byte) 0).putShort((short) suites.length).put(suites);
        hello.put((byte) 1).put((byte) 0);
        hello.putShort((short) (curves.length + signatures.length)).put(curves).put(signatures);
        try (Socket socket = connection()) {
            socket.getOutputStream().write(hello.array());
            return socket.getInputStream().readNBytes(7);
        }
    }

    @Test
    void a_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not() throws Exception {
        assertThat(served()).isEqualTo(first.own().getSerialNumber());
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ServerTls.class);
        logger.addAppender(log);
        try (SSLSocket before = connected("TLSv1.3")) {
            install(second.certificate(), second.key());
            Await.until(
                    "the new certificate is served",
                    () -> served().equals(second.own().getSerialNumber()));

            install(first.certificate(), second.key());
            Await.until("the broken pair is complained of", () -> {
                assertThat(served()).isEqualTo(second.own().getSerialNumber());
                return log.list.stream()
                        .anyMatch(line -> line.getFormattedMessage()
                                .contains("the renewed certificate is not used, the one before goes on: tls.key"));
            });

            install(first.certificate(), first.key());
            Await.until(
                    "the first one is served again",
                    () -> served().equals(first.own().getSerialNumber()));
            assertThat(answers(before)).isTrue();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list.toString()).doesNotContain(secretPart(first)).doesNotContain(secretPart(second));
    }

    private BigInteger served() throws Exception {
        try (SSLSocket socket = connected("TLSv1.3")) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    private static boolean answers(SSLSocket socket) throws IOException {
        socket.getOutputStream().write(RawConnection.ascii("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        InputStream answer = socket.getInputStream();
        return new String(answer.readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    }

    private static String secretPart(Issued pair) throws IOException {
        return Files.readAllLines(pair.key()).get(2);
    }

    @Test
    void a_server_does_not_start_with_what_is_no_certificate_and_its_key() throws Exception {
        Path garbage = Files.writeString(
                directory.resolve("garbage"),
                TestAuthority.pem("PRIVATE KEY", "the password of something else".getBytes(StandardCharsets.US_ASCII)));
        String pair = first.certificate().toString();
        assertRefused(pair, "", "tls.certificate and tls.key must both be set, or neither: the key is missing");
        assertRefused("", pair, "tls.certificate and tls.key must both be set, or neither: the certificate is missing");
        assertRefused("/nowhere", pair, "tls.certificate: cannot read /nowhere: there is no such file");
        assertRefused(pair, "/nowhere", "tls.key: cannot read /nowhere: there is no such file");
        assertRefused(first.key().toString(), pair, "tls.certificate: " + first.key() + ": there is no certificate");
        assertRefused(pair, pair, "tls.key: " + pair + ": there is no private key in PEM in it");
        assertRefused(pair, garbage.toString(), "tls.key: " + garbage + ": there is no private key in it that can be");
        assertRefused(pair, second.key().toString(), "tls.key");
    }

    private void assertRefused(String certificate, String key, String why) {
        Map<String, Object> settings = Map.of("tls.certificate", certificate, "tls.key", key);
        assertThatThrownBy(() -> TestServer.start(directory.resolve("refused"), TestPostgres.newDatabase(), settings))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(why)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()) + e.getCause())
                        .doesNotContain(secretPart(first))
                        .doesNotContain(secretPart(second))
                        .doesNotContain("password of something"));
    }

    /** Which certificate is served is what is asked here, and not whether it is good. */
    private static final class TrustsAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
