package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.http.TlsFault;
import io.tinysync.client.state.CaCertificates;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.tls.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Single calls to a server's management API, each made once and waited for; what goes wrong is a {@link Refusal}. */
final class ServerCalls {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** Lists of devices, groups and vaults; 16 MiB is some 60,000 of them. */
    private static final int MAX_REPLY_BYTES = 16 << 20;

    private final ServerUrls server;
    private final Optional<String> token;
    private final HttpClient client;

    ServerCalls(ServerUrls server, Optional<String> token) {
        this(server, token, TrustedCertificates.NONE);
    }

    /** @param ca what is trusted beside the system's certificates */
    ServerCalls(ServerUrls server, Optional<String> token, Optional<CaCertificates> ca) {
        this(server, token, ca.map(CaCertificates::certificates).orElse(TrustedCertificates.NONE));
    }

    private ServerCalls(ServerUrls server, Optional<String> token, TrustedCertificates trusted) {
        this.server = server;
        this.token = token;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        trusted.applyTo(builder);
        this.client = builder.build();
    }

    /** As the device. */
    static ServerCalls of(Credentials device) {
        return of(device, device.token());
    }

    /** To the device's server, as somebody else. */
    static ServerCalls of(Credentials device, String token) {
        return new ServerCalls(device.server(), Optional.of(token), device.trusted(System.getenv()));
    }

    <T> T get(String path, Class<T> reply) {
        return read(call("GET", path, BodyPublishers.noBody()), reply);
    }

    <T> T post(String path, Object body, Class<T> reply) {
        return read(call("POST", path, BodyPublishers.ofByteArray(Json.write(body))), reply);
    }

    <T> T put(String path, Object body, Class<T> reply) {
        return read(call("PUT", path, BodyPublishers.ofByteArray(Json.write(body))), reply);
    }

    void put(String path) {
        call("PUT", path, BodyPublishers.noBody());
    }

    void delete(String path) {
        call("DELETE", path, BodyPublishers.noBody());
    }

    /** Asks one node after the other until one can be connected to. */
    private byte[] call(String method, String path, BodyPublisher body) {
        List<URI> nodes = server.all();
        for (URI node : nodes.subList(0, nodes.size() - 1)) {
            Optional<byte[]> reply = call(node, method, path, body);
            if (reply.isPresent()) {
                return reply.get();
            }
        }
        return call(nodes.getLast(), method, path, body)
                .orElseThrow(() -> new Refusal("no server answers at " + server));
    }

    private Optional<byte[]> call(URI node, String method, String path, BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node + path))
                .timeout(ANSWER)
                .header("TinySync-Protocol", "1")
                .header("Content-Type", "application/json")
                .method(method, body);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        try {
            HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
            try (InputStream stream = response.body()) {
                byte[] reply = stream.readNBytes(MAX_REPLY_BYTES + 1);
                return Optional.of(accepted(response.statusCode(), reply));
            }
        } catch (ConnectException e) {
            return Optional.empty();
        } catch (HttpTimeoutException e) {
            throw new Refusal("the server at " + node + " does not answer in time", e);
        } catch (IOException e) {
            throw TlsFault.of(node, e)
                    .map(why -> new Refusal(why, e))
                    .orElseGet(() -> Refusal.of("no answer from " + node, e));
        } catch (IllegalArgumentException e) {
            throw Refusal.of("cannot ask " + node, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal("interrupted", e);
        }
    }

    private byte[] accepted(int status, byte[] reply) {
        if (reply.length > MAX_REPLY_BYTES) {
            throw new Refusal("the answer of " + server + " is over " + MAX_REPLY_BYTES + " bytes");
        }
        if (status / 100 == 2) {
            return reply;
        }
        throw new Refusal(why(status, reply));
    }

    /** The problem's code and detail on one line. */
    private String why(int status, byte[] reply) {
        try {
            Problem problem = Json.read(reply, Problem.class);
            String detail = problem.detail();
            return problem.code() + ": " + (detail == null ? problem.title() : detail);
        } catch (Json.MalformedException e) {
            return server + " answered with status " + status + ", and it is no TinySync server's answer";
        }
    }

    private <T> T read(byte[] reply, Class<T> type) {
        try {
            return Json.read(reply, type);
        } catch (Json.MalformedException e) {
            throw Refusal.of("the answer of " + server + " is not understood", e);
        }
    }
}
