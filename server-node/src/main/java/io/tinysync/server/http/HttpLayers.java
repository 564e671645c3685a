package io.tinysync.server.http;

import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.impl.engine.HttpConnectionIdleTimeoutBidi;
import org.apache.pekko.http.impl.engine.rendering.DateHeaderRendering;
import org.apache.pekko.http.impl.engine.rendering.DateHeaderRendering$;
import org.apache.pekko.http.impl.engine.server.GracefulTerminatorStage;
import org.apache.pekko.http.impl.engine.server.HttpServerBluePrint;
import org.apache.pekko.http.impl.engine.server.ServerTerminator;
import org.apache.pekko.http.impl.util.StreamUtils;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.TLS;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.scaladsl.BidiFlow;
import org.apache.pekko.util.ByteString;
import scala.Option;

/**
 * What is between the bytes of a connection and its requests: Pekko HTTP's own stages, with one more. What Pekko reads as a request and cannot make one
 * of (chunks in HTTP/1.0, which does not have them) fails inside of it and is answered 500; here that is what it is, a malformed request.
 *
 * <p>The order of stages is that of Pekko HTTP 1.3 ({@code HttpServerBluePrint}, {@code HttpExt}), without its time-out of requests, since each route
 * has its own. {@code docs/decisions/0023-malformed-requests.md} says why there is no way around these internals.
 */
final class HttpLayers {

    private static final String NOT_A_REQUEST = "what was sent is no request in the version of HTTP that it names";

    /** A stack trace for each malformed request would let anyone fill the log. */
    private static final Attributes UNLOGGED =
            Attributes.createLogLevels(Attributes.logLevelOff(), Attributes.logLevelOff(), Attributes.logLevelOff());

    private final ServerSettings settings;
    private final ActorSystem system;
    private final Optional<Supplier<SSLEngine>> tls;
    private final DateHeaderRendering date;

    /** @param tls by which connections are encrypted; none: they are not */
    HttpLayers(ServerSettings settings, ActorSystem system, Optional<Supplier<SSLEngine>> tls) {
        this.settings = settings;
        this.system = system;
        this.tls = tls;
        this.date = DateHeaderRendering$.MODULE$.apply(System::currentTimeMillis, system);
    }

    /** Of one connection; run anew for each. Its value ends the connection in order. */
    BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, ServerTerminator> connection() {
        return GracefulTerminatorStage.apply(system, settings)
                .atop(HttpServerBluePrint.userHandlerGuard(settings.pipeliningLimit()))
                .atop(refusals())
                .atop(HttpServerBluePrint.requestPreparation(settings).addAttributes(UNLOGGED))
                .atop(HttpServerBluePrint.controller(settings, system.log()))
                .atop(HttpServerBluePrint.parsingRendering(settings, system.log(), tls.isPresent(), date))
                .atop(HttpServerBluePrint.websocketSupport(settings, system.log()))
                .atop(HttpServerBluePrint.tlsSupport())
                .atop(lingering())
                .atop(encryption())
                .atop(HttpConnectionIdleTimeoutBidi.apply(settings.timeouts().idleTimeout(), Option.empty()));
    }

    /** The preparation of requests fails with what the model of HTTP throws; what a client did wrong has an exception of its own. */
    private static BidiFlow<HttpResponse, HttpResponse, HttpRequest, HttpRequest, NotUsed> refusals() {
        Flow<HttpRequest, HttpRequest, NotUsed> requests = Flow.<HttpRequest>create()
                .mapError(
                        IllegalArgumentException.class,
                        cause -> new EntityStreamException(new ErrorInfo(NOT_A_REQUEST, "", "")));
        return BidiFlow.fromFlows(Flow.<HttpResponse>create().asScala(), requests.asScala());
    }

    private BidiFlow<SslTlsOutbound, SslTlsOutbound, SslTlsInbound, SslTlsInbound, NotUsed> lingering() {
        return BidiFlow.fromFlows(
                Flow.<SslTlsOutbound>create().asScala(),
                StreamUtils.delayCancellation(settings.timeouts().lingerTimeout()));
    }

    private BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> encryption() {
        return tls.map(engines -> TLS.create(engines, TLSClosing.eagerClose()).asScala())
                .orElseGet(HttpLayers::noEncryption);
    }

    /** Its inbound bytes are narrower, as Pekko's own variance has it. */
    @SuppressWarnings("unchecked")
    private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> noEncryption() {
        BidiFlow<?, ?, ?, ?, NotUsed> plain = TLSPlacebo.getInstance().asScala();
        return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>) plain;
    }
}
