package io.tinysync.client.http;

import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** A real Pekko HTTP server on loopback that answers what a test tells it to. */
final class CannedServer implements AutoCloseable {

    final BlockingQueue<HttpRequest> requests = new LinkedBlockingQueue<>();
    private final ActorSystem system = ActorSystem.create("canned");
    private final ServerBinding binding;
    private volatile Function<HttpRequest, CompletionStage<HttpResponse>> answer =
            request -> CompletableFuture.completedFuture(HttpResponse.create().withStatus(500));

    CannedServer() throws Exception {
        binding = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bind(this::handle)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private CompletionStage<HttpResponse> handle(HttpRequest request) {
        requests.add(request);
        return answer.apply(request);
    }

    ActorSystem system() {
        return system;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + binding.localAddress().getPort());
    }

    void answer(int status, byte[] body) {
        answerWith(request -> {
            request.discardEntityBytes(system);
            return HttpResponse.create().withStatus(status).withEntity(body);
        });
    }

    void answerWith(Function<HttpRequest, HttpResponse> newAnswer) {
        answer = request -> CompletableFuture.completedFuture(newAnswer.apply(request));
    }

    void answerLater(Function<HttpRequest, CompletionStage<HttpResponse>> newAnswer) {
        answer = newAnswer;
    }

    /** States the whole body's length, sends the first bytes, and then cuts the connection or is silent for ever. */
    void answerInPart(byte[] body, int sent, boolean thenCut) {
        Source<ByteString, ?> head = Source.single(ByteString.fromArray(body, 0, sent));
        Source<ByteString, ?> rest = thenCut ? Source.failed(new IllegalStateException("cut")) : Source.never();
        answerWith(request -> HttpResponse.create()
                .withEntity(
                        HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, body.length, head.concat(rest))));
    }

    @Override
    public void close() {
        system.terminate();
    }
}
