package io.tinysync.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.event.Logging;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.http.impl.engine.ws.UpgradeToWebSocketLowLevel;
import org.apache.pekko.http.impl.engine.ws.WebSocket;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Tells a socket whose device has vanished from one on which nothing is said: the server pings, and a device that
 * answers none of it is gone, or takes nothing of what it is sent, and its socket is closed.
 *
 * <p>Pekko answers pings and swallows pongs below the level of messages, and its idle time-out counts what the server itself sends.
 * So this works on frames, with the classes that Pekko's own message level is made of. They are no part of its public interface:
 * a release that changes them breaks the build here, or {@code WakeIT}, and not in silence.
 *
 * @param ping between pings
 * @param silence without an answer of the device, after which the socket is closed; several pings
 */
public record Heartbeat(Duration ping, Duration silence) {

    /** RFC 6455 section 11.8. */
    private static final byte CLOSE = 0x8;

    /** Tells a device to come to another node at once, or to this one when it is back: RFC 6455 section 7.4.1. */
    private static final FrameEvent GOING_AWAY = FrameEvent.closeFrame(
            Protocol.CloseCodes$.MODULE$.GoingAway(), "this node is stopping, connect to another", Option.empty());

    /** For the device's answer to the closing handshake, which one that has vanished does not give. */
    private static final FiniteDuration CLOSING = FiniteDuration.apply(3, TimeUnit.SECONDS);

    /**
     * Makes the request's connection a socket with a handler.
     *
     * @param leaving whether a socket that ends now ends because the node goes away, of which its device is told
     */
    HttpResponse accept(
            WebSocketUpgrade upgrade,
            Flow<Message, Message, ?> handler,
            BooleanSupplier leaving,
            ActorSystem<?> system) {
        if (!(upgrade instanceof UpgradeToWebSocketLowLevel frames)) {
            throw new IllegalStateException("a socket's frames cannot be had from " + upgrade.getClass());
        }
        LoggingAdapter log = Logging.getLogger(Adapter.toClassic(system), Heartbeat.class);
        var settings = ServerSettings.apply(system.settings().config()).websocketSettings();
        var messages = new BidiFlow<>(WebSocket.stack(true, settings, CLOSING, log));
        Flow<FrameEvent, FrameEvent, Object> socket =
                beating(leaving).atop(messages).join(ofScala(handler)).mapMaterializedValue(ignored -> ignored);
        return frames.handleFrames(socket, Option.empty());
    }

    private BidiFlow<FrameEvent, FrameEvent, FrameEvent, FrameEvent, NotUsed> beating(BooleanSupplier leaving) {
        Pings pings = new Pings(silence);
        Flow<FrameEvent, FrameEvent, NotUsed> heard =
                Flow.of(FrameEvent.class).via(pings).onErrorComplete(TimeoutException.class);
        Flow<FrameEvent, FrameEvent, NotUsed> said = Flow.of(FrameEvent.class)
                .map(frame -> leaving.getAsBoolean() && isClose(frame) ? GOING_AWAY : frame)
                .merge(Source.tick(ping, ping, NotUsed.getInstance()).map(ignored -> pings.next()), true);
        return BidiFlow.fromFlows(heard, said);
    }

    private static boolean isClose(FrameEvent frame) {
        return frame instanceof FrameStart start && start.header().opcode().code() == CLOSE;
    }

    private static Flow<
                    org.apache.pekko.http.scaladsl.model.ws.Message,
                    org.apache.pekko.http.scaladsl.model.ws.Message,
                    NotUsed>
            ofScala(Flow<Message, Message, ?> handler) {
        return Flow.of(org.apache.pekko.http.scaladsl.model.ws.Message.class)
                .map(Message.class::cast)
                .via(handler)
                .map(Message::asScala);
    }
}
