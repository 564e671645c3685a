package io.tinysync.server.http;

import io.opentelemetry.api.trace.Span;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.cluster.Peers;
import io.tinysync.server.cluster.VaultPlaces;
import io.tinysync.server.identity.Vaults;
import io.tinysync.server.metrics.RequestMetrics;
import io.tinysync.server.metrics.RequestMetrics.Forwarding;
import io.tinysync.server.tracing.Tracing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow.Publisher;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.JavaFlowSupport;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has requests answered by the node that has their vault in memory. While a vault moves from one node to another they wait; after some
 * time they are refused, and the device repeats.
 */
final class AtVault {

    private static final Logger LOG = LoggerFactory.getLogger(AtVault.class);

    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);
    private static final long PAUSE_MS = 100;

    /** What the other node must see as this one did. */
    private static final List<String> PASSED_ON =
            List.of("Authorization", "TinySync-Protocol", "Accept-Encoding", RequestId.HEADER);

    /** What the device must see as this node did. */
    private static final List<String> PASSED_BACK = List.of("Content-Encoding", "Retry-After", "WWW-Authenticate");

    private final Vaults vaults;
    private final VaultPlaces places;
    private final Peers peers;
    private final ForwardedSender sender;
    private final RequestMetrics metrics;
    private final Tracing tracing;

    AtVault(
            Vaults vaults,
            VaultPlaces places,
            Peers peers,
            ForwardedSender sender,
            RequestMetrics metrics,
            Tracing tracing) {
        this.vaults = vaults;
        this.places = places;
        this.peers = peers;
        this.sender = sender;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    /** The vault has left this node, and nothing of the request was done. */
    static final class LeftException extends Exception {

        LeftException(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * A handler that may run on any node.
     *
     * @param here answers on the vault's node; may be called several times for one request
     */
    Route.Handler handler(Route.Handler here) {
        return exchange -> answer(exchange, here);
    }

    private HttpResponse answer(Exchange exchange, Route.Handler here) throws Exception {
        checkExists(exchange);
        long began = System.nanoTime();
        Optional<HttpResponse> answer = attempt(exchange, here);
        while (answer.isEmpty()) {
            if (System.nanoTime() - began > TIME_LIMIT.toNanos()) {
                throw new ProblemException(ProblemCode.UNAVAILABLE, "the vault is moving to another node");
            }
            Thread.sleep(PAUSE_MS);
            answer = attempt(exchange, here);
        }
        return answer.get();
    }

    /** A device reaches none but those that exist; the administrator may name any, and its entity would try to start for ever. */
    private void checkExists(Exchange exchange) {
        if (exchange.caller() instanceof Caller.Admin
                && vaults.find(exchange.vaultId()).isEmpty()) {
            throw ProblemException.notFound("vault");
        }
    }

    private Optional<HttpResponse> attempt(Exchange exchange, Route.Handler here) throws Exception {
        return switch (places.of(exchange.vaultId())) {
            case VaultPlaces.Place.Here() -> attemptHere(exchange, here);
            case VaultPlaces.Place.There(URI node) ->
                exchange.header(Peers.MARK).isPresent()
                        ? Optional.of(HttpResponse.create().withStatus(Peers.ELSEWHERE))
                        : sent(node, exchange);
            case VaultPlaces.Place.Moving() -> Optional.empty();
        };
    }

    private static Optional<HttpResponse> attemptHere(Exchange exchange, Route.Handler here) throws Exception {
        try {
            return Optional.of(here.answer(exchange));
        } catch (LeftException e) {
            LOG.info("vault {} left in the midst of a request: {}", exchange.vaultId(), e.getMessage());
            return Optional.empty();
        }
    }

    /** The request's number may have been used if the answer is lost: it is the device that repeats then, with the next one. */
    private Optional<HttpResponse> sent(URI node, Exchange exchange) throws InterruptedException {
        Span span = tracing.call("forward");
        span.setAttribute("url.full", node.toString());
        try {
            Optional<HttpResponse> answer =
                    peers.send(node, call(exchange, span)).map(response -> passedBack(exchange, response));
            metrics.forwarded(answer.isPresent() ? Forwarding.ANSWERED : Forwarding.ELSEWHERE);
            return answer;
        } catch (IOException e) {
            metrics.forwarded(Forwarding.FAILED);
            LOG.warn("node {} did not answer for vault {}: {}", node, exchange.vaultId(), e.toString());
            throw new ProblemException(ProblemCode.UNAVAILABLE, "the vault's node does not answer");
        } finally {
            span.end();
        }
    }

    private Peers.Call call(Exchange exchange, Span span) throws InterruptedException {
        Map<String, String> headers = new HashMap<>();
        PASSED_ON.forEach(name -> exchange.header(name).ifPresent(value -> headers.put(name, value)));
        headers.put(ForwardedSender.HEADER, sender.told(exchange.sender(), exchange.header("Authorization")));
        Tracing.traceparent(span).ifPresent(text -> headers.put(Tracing.TRACEPARENT, text));
        return new Peers.Call(
                exchange.request().method().value(),
                exchange.request().getUri().getPathString() + query(exchange),
                headers,
                BodyPublishers.ofByteArray(exchange.bodyBytes()),
                TIME_LIMIT);
    }

    private static String query(Exchange exchange) {
        return exchange.request()
                .getUri()
                .rawQueryString()
                .map(text -> "?" + text)
                .orElse("");
    }

    private static HttpResponse passedBack(
            Exchange exchange, java.net.http.HttpResponse<Publisher<List<ByteBuffer>>> answer) {
        HttpResponse response = HttpResponse.create().withStatus(answer.statusCode());
        for (String name : PASSED_BACK) {
            Optional<HttpHeader> header = answer.headers().firstValue(name).map(value -> RawHeader.create(name, value));
            if (header.isPresent()) {
                response = response.addHeader(header.get());
            }
        }
        String type = answer.headers().firstValue("Content-Type").orElse("application/octet-stream");
        Source<ByteString, NotUsed> bytes = JavaFlowSupport.Source.fromPublisher(answer.body())
                .mapConcat(buffers -> buffers)
                .map(ByteString::fromByteBuffer);
        return response.withEntity(HttpEntities.createChunked(
                ContentTypes.parse(type), exchange.session().bound(bytes)));
    }
}
