package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.metrics.WakeMetrics;
import io.tinysync.server.wake.Notice;
import io.tinysync.server.wake.WakeHub;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSource;

/** The socket over which a device hears that vaults have grown. What the device sends on it is read and dropped. */
final class WakeRoute {

    /** Between the hub and the merging behind it; the merging keeps up, so a full buffer means a burst, and a wake may be lost. */
    private static final int BUFFER = 1024;

    private final ActorRef<WakeHub.Command> hub;
    private final SocketPlaces places;
    private final Upgrade upgrade;
    private final WakeMetrics metrics;

    /** Makes a request's connection a socket. */
    interface Upgrade {
        HttpResponse accept(WebSocketUpgrade asked, Flow<Message, Message, ?> handler);
    }

    WakeRoute(ActorRef<WakeHub.Command> hub, SocketPlaces places, Upgrade upgrade, WakeMetrics metrics) {
        this.hub = hub;
        this.places = places;
        this.upgrade = upgrade;
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(new Route("wake", this::open, places));
    }

    private HttpResponse open(Exchange exchange) {
        WebSocketUpgrade asked = exchange.request()
                .getAttribute(AttributeKeys.webSocketUpgrade)
                .orElseThrow(() -> new ProblemException(ProblemCode.BAD_REQUEST, "this is a WebSocket"));
        // A revocation closes the socket like any other end: a failure would only be logged as the server's own.
        Source<Message, NotUsed> wakes = exchange.session()
                .bound(wakes(exchange.device(), SocketPlaces.of(exchange.request()))
                        .via(places.ending()))
                .onErrorComplete(ProblemException.class)
                .watchTermination((notUsed, ended) -> {
                    var _ = ended.whenComplete((done, failure) -> leave(exchange.request()));
                    return notUsed;
                });
        return upgrade.accept(asked, Flow.fromSinkAndSourceCoupled(dropped(), wakes));
    }

    private static void leave(HttpRequest request) {
        request.getAttribute(AcceptedSocket.KEY).ifPresent(AcceptedSocket::leave);
    }

    /** A socket that is slower than the commits gets, for each vault, the newest head only. */
    private Source<Message, NotUsed> wakes(DeviceId device, SocketPlaces.Place place) {
        return ActorSource.<Notice>actorRef(
                        notice -> false, notice -> Optional.empty(), BUFFER, OverflowStrategy.dropHead())
                .mapMaterializedValue(socket -> {
                    place.connected();
                    hub.tell(new WakeHub.Connect(device, socket, place::opened));
                    return NotUsed.getInstance();
                })
                .watchTermination((notUsed, ended) -> {
                    var _ = ended.whenComplete((done, failure) -> place.ended());
                    return notUsed;
                })
                .conflateWithSeed(WakeRoute::newest, WakeRoute::merged)
                .mapConcat(Map::values)
                .map(this::frame);
    }

    private Message frame(Notice notice) {
        notice.commit().ifPresent(commit -> metrics.sent(commit.here(), commit.at()));
        return TextMessage.create(new String(Json.write(notice.wake()), StandardCharsets.UTF_8));
    }

    private static Map<VaultId, Notice> newest(Notice notice) {
        return merged(new LinkedHashMap<>(), notice);
    }

    private static Map<VaultId, Notice> merged(Map<VaultId, Notice> newest, Notice notice) {
        newest.merge(
                notice.wake().vaultId(),
                notice,
                (a, b) -> a.wake().headSeq() >= b.wake().headSeq() ? a : b);
        return newest;
    }

    private static Sink<Message, NotUsed> dropped() {
        return Flow.of(Message.class).flatMapConcat(WakeRoute::parts).to(Sink.ignore());
    }

    private static Source<Object, ?> parts(Message message) {
        return message.isText()
                ? message.asTextMessage().getStreamedText().map(Object.class::cast)
                : message.asBinaryMessage().getStreamedData().map(Object.class::cast);
    }
}
