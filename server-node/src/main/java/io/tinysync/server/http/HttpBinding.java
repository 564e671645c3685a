package io.tinysync.server.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.impl.engine.server.HttpAttributes;
import org.apache.pekko.http.impl.engine.server.MasterServerTerminator;
import org.apache.pekko.http.impl.engine.server.ServerTerminator;
import org.apache.pekko.http.scaladsl.Http$;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.DurationConverters;
import scala.jdk.javaapi.FutureConverters;

/** A bound address, whose connections are answered. What Pekko's {@code ServerBuilder} does, with {@link HttpLayers} of our own. */
final class HttpBinding {

    private static final Logger LOG = LoggerFactory.getLogger(HttpBinding.class);

    private final ActorSystem<?> system;
    private final Attributes attributes;
    private final BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, ServerTerminator> layers;
    private final Flow<HttpRequest, HttpResponse, CompletionStage<Done>> answering;
    private final MasterServerTerminator connections;

    private HttpBinding(
            ActorSystem<?> system,
            ServerSettings settings,
            Optional<Supplier<SSLEngine>> tls,
            Flow<HttpRequest, HttpResponse, NotUsed> answering) {
        this.system = system;
        this.attributes = Http$.MODULE$.cancellationStrategyAttributeForDelay(settings.streamCancellationDelay());
        this.layers = new BidiFlow<>(new HttpLayers(settings, system.classicSystem(), tls).connection());
        this.connections = new MasterServerTerminator(system.classicSystem().log());
        this.answering = Flow.<HttpRequest>create()
                .watchTermination(Keep.right())
                .via(answering)
                .watchTermination((asked, answered) -> asked.thenCompose(done -> answered));
    }

    /**
     * Binds an address.
     *
     * @param tls by which all connections are encrypted; none: no connection is
     * @param answering of one connection; run anew for each
     */
    static CompletionStage<Bound> bind(
            ActorSystem<?> system,
            InetSocketAddress listen,
            Optional<Supplier<SSLEngine>> tls,
            AcceptedSockets sockets,
            Flow<
                            org.apache.pekko.http.javadsl.model.HttpRequest,
                            org.apache.pekko.http.javadsl.model.HttpResponse,
                            NotUsed>
                    answering) {
        var settings =
                (ServerSettings) org.apache.pekko.http.javadsl.settings.ServerSettings.create(system.classicSystem());
        HttpBinding binding = new HttpBinding(system, settings, tls, inScala(answering));
        return Tcp.get(system)
                .bind(
                        listen.getHostString(),
                        listen.getPort(),
                        settings.backlog(),
                        List.of(sockets),
                        false,
                        Optional.empty())
                .mapAsyncUnordered(settings.maxConnections(), binding::accepted)
                .to(Sink.ignore())
                .run(system)
                .thenApply(bound -> new Bound(bound, binding));
    }

    /** Each type of Pekko's model for Java has one implementation, the one for Scala. */
    @SuppressWarnings("unchecked")
    private static Flow<HttpRequest, HttpResponse, NotUsed> inScala(Flow<?, ?, NotUsed> flow) {
        return (Flow<HttpRequest, HttpResponse, NotUsed>) flow;
    }

    /** @return completed when the connection is over, whatever it ended with: that is no matter of the next one */
    private CompletionStage<Done> accepted(Tcp.IncomingConnection incoming) {
        try {
            Pair<CompletionStage<Done>, ServerTerminator> connection = answering
                    .joinMat(layers, Keep.both())
                    .watchTermination((values, ended) -> {
                        var _ = ended.whenComplete((done, failure) -> connections.removeConnection(values.second()));
                        return values;
                    })
                    .addAttributes(Attributes.apply(new HttpAttributes.RemoteAddress(incoming.remoteAddress())))
                    .joinMat(incoming.flow(), Keep.left())
                    .addAttributes(attributes)
                    .run(system);
            connections.registerConnection(connection.second(), system.executionContext());
            return connection.first().exceptionally(failure -> Done.done());
        } catch (RuntimeException e) {
            LOG.error("a connection from {} could not be answered", incoming.remoteAddress(), e);
            return CompletableFuture.completedStage(Done.done());
        }
    }

    /** What was bound. */
    record Bound(Tcp.ServerBinding socket, HttpBinding binding) {

        /** Where, with the port that was taken. */
        InetSocketAddress address() {
            return socket.localAddress();
        }

        /** Accepts no more, and ends each connection after the answer that is being made; at the limit whatever it does. */
        CompletionStage<?> terminate(Duration limit) {
            return socket.unbind()
                    .thenCompose(done -> FutureConverters.asJava(binding.connections.terminate(
                            DurationConverters.toScala(limit), binding.system.executionContext())));
        }
    }
}
