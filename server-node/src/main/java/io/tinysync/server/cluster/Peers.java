package io.tinysync.server.cluster;

import io.tinysync.engine.tls.TrustedCertificates;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow.Publisher;

/** Calls other nodes' HTTP API. Blocks. */
public final class Peers {

    /** Marks a request as coming from another node. It is carried out there or nowhere, and never sent on. */
    public static final String MARK = "TinySync-Forwarded-By";

    /** What a node says of a vault that is not on it. */
    public static final int ELSEWHERE = 421;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

    private final HttpClient http;
    private final String self;

    /**
     * @param self this node's name, for the others' logs
     * @param trusted certificates of the others, or of their authority, beside those of the Java runtime
     */
    public Peers(String self, ClusterSettings cluster, TrustedCertificates trusted) {
        this.self = self;
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
        cluster.bindHost().ifPresent(host -> client.localAddress(new InetSocketAddress(host, 0).getAddress()));
        trusted.applyTo(client);
        this.http = client.build();
    }

    /**
     * A request for another node.
     *
     * @param path with its query
     * @param answerWithin until the answer begins
     */
    public record Call(
            String method, String path, Map<String, String> headers, BodyPublisher body, Duration answerWithin) {}

    /**
     * The answer, whose body has to be read or cancelled; empty if the node has not begun with the request, so that it can be sent again.
     *
     * @throws IOException if it is not known whether the node has carried it out
     */
    public Optional<HttpResponse<Publisher<List<ByteBuffer>>>> send(URI node, Call call)
            throws IOException, InterruptedException {
        return answer(node, call, Peers::body);
    }

    /** As {@link #send}, with the whole body. */
    public Optional<HttpResponse<byte[]>> sendForBytes(URI node, Call call) throws IOException, InterruptedException {
        return answer(node, call, BodyHandlers.ofByteArray());
    }

    private <T> Optional<HttpResponse<T>> answer(URI node, Call call, BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node + call.path()))
                .timeout(call.answerWithin())
                .method(call.method(), call.body())
                .header(MARK, self);
        call.headers().forEach(request::header);
        try {
            return Optional.of(http.send(request.build(), body)).filter(response -> response.statusCode() != ELSEWHERE);
        } catch (ConnectException e) {
            return Optional.empty();
        }
    }

    private static BodySubscriber<Publisher<List<ByteBuffer>>> body(ResponseInfo response) {
        return response.statusCode() == ELSEWHERE
                ? BodySubscribers.replacing(subscriber -> {})
                : BodySubscribers.ofPublisher();
    }
}
