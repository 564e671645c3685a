package io.tinysync.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.tls.TestAuthority;
import io.tinysync.engine.tls.TestAuthority.Issued;
import io.tinysync.engine.tls.TestAuthority.Kind;
import io.tinysync.engine.tls.TrustedCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a device says of a server's certificate that it does not take; it sends nothing then, its token least of all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsFaultTest {

    private TestAuthority authority;
    private Issued good;
    private Issued elsewhere;
    private Issued expired;

    @BeforeAll
    void issue(@TempDir Path directory) throws Exception {
        authority = TestAuthority.create(directory);
        good = authority.issue("good", "IP:127.0.0.1", Kind.EC);
        elsewhere = authority.issue("elsewhere", "DNS:elsewhere.example", Kind.EC);
        expired = authority.issueExpired("expired", "IP:127.0.0.1");
    }

    @Test
    void a_trusted_authority_s_certificate_for_this_host_is_taken() throws Exception {
        assertThat(answer(good, authority.trusted())).isEqualTo("[]");
    }

    @Test
    void without_the_authority_the_user_is_told_to_name_it() throws Exception {
        assertThat(answer(good, TrustedCertificates.NONE))
                .contains("is not from an authority that is trusted here")
                .contains("--ca or TINYSYNC_CA");
    }

    @Test
    void of_another_host_it_is_refused_although_the_authority_is_trusted() throws Exception {
        assertThat(answer(elsewhere, authority.trusted())).contains("is for another host");
    }

    @Test
    void what_has_run_out_is_refused() throws Exception {
        assertThat(answer(expired, authority.trusted())).contains("is not valid at this time");
    }

    @Test
    void a_server_without_tls_is_not_asked_without_it() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = Thread.ofVirtual().start(() -> refuseWhatIsNoHttp(plain));
            String url = "https://127.0.0.1:" + plain.getLocalPort();

            assertThat(answer(url, authority.trusted()))
                    .contains("no TLS with " + url + ", which may be http:// there");

            server.join();
        }
    }

    /** It reads to the end before it closes: with bytes in it that nobody read, a connection is reset, and its answer lost. */
    private static void refuseWhatIsNoHttp(ServerSocket plain) {
        try (Socket connection = plain.accept()) {
            connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The vaults that a server with this certificate tells of, or what the device says. */
    private static String answer(Issued certificate, TrustedCertificates trusted) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(certificate)));
        server.createContext("/v1/vaults", exchange -> {
            byte[] body = "{\"vaults\":[]}".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            return answer("https://127.0.0.1:" + server.getAddress().getPort(), trusted);
        } finally {
            server.stop(0);
        }
    }

    private static String answer(String url, TrustedCertificates trusted) throws Exception {
        try (RemoteServer remote =
                new RemoteServer(ServerUrls.of(URI.create(url)), "tsdev_secret", trusted, HttpTimes.DEFAULT)) {
            return remote.vaults().toCompletableFuture().get().toString();
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        }
    }

    private static SSLContext context(Issued issued) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        String key = Files.readString(issued.key()).replaceAll("-----.*-----|\\s", "");
        PrivateKey own = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key)));
        store.setKeyEntry("server", own, new char[0], new Certificate[] {issued.own()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
