package io.tinysync.server.http;

import io.tinysync.server.metrics.ConnectionMetrics;
import io.tinysync.server.metrics.ConnectionMetrics.Cut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.impl.engine.server.HttpAttributes;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamException;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Stands in each connection between Pekko HTTP and what answers its requests, and cuts it if its client lets the server wait for too long: for the
 * head of a request, or for taking an answer. Pekko's own idle time-out is for connections on which nothing moves at all.
 */
final class ConnectionWatch extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {

    /** How {@link MalformedRequests} knows that no head has come. */
    static final String LATE_HEAD = "the head of a request did not come in time";

    /** An answer that is longer is given to Pekko in pieces: of one piece nobody sees whether its reader takes it. */
    private static final int PIECE_BYTES = 64 << 10;

    private static final int SWITCHING_PROTOCOLS = 101;

    private final Inlet<HttpRequest> requestIn = Inlet.create("ConnectionWatch.requestIn");
    private final Outlet<HttpRequest> requestOut = Outlet.create("ConnectionWatch.requestOut");
    private final Inlet<HttpResponse> responseIn = Inlet.create("ConnectionWatch.responseIn");
    private final Outlet<HttpResponse> responseOut = Outlet.create("ConnectionWatch.responseOut");
    private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
            BidiShape.of(requestIn, requestOut, responseIn, responseOut);

    private final Patience patience;
    private final AcceptedSockets sockets;
    private final ConnectionMetrics metrics;

    ConnectionWatch(Patience patience, AcceptedSockets sockets, ConnectionMetrics metrics) {
        this.patience = patience;
        this.sockets = sockets;
        this.metrics = metrics;
    }

    @Override
    public BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        AcceptedSocket socket = attributes
                .getAttribute(HttpAttributes.RemoteAddress.class)
                .map(remote -> sockets.take(remote.address()))
                .orElseThrow(() -> new IllegalStateException("pekko.http.server.remote-address-attribute is off"));
        return new Logic(socket);
    }

    /** What the client is waited for. */
    private enum Awaited {
        NOTHING,
        /** The head of its next request. */
        HEAD,
        /** That it takes enough of earlier answers for the next one. */
        READING
    }

    private final class Logic extends TimerGraphStageLogic {

        private static final String CHECK = "check";

        private final AcceptedSocket socket;
        private final AsyncCallback<Integer> bodyEnded = createAsyncCallback(this::answered);
        private Awaited awaited = Awaited.NOTHING;
        private long waitsSince;
        private int requests;
        private boolean isUpgraded;

        Logic(AcceptedSocket socket) {
            super(shape);
            this.socket = socket;
            setHandler(requestIn, requests());
            setHandler(requestOut, demandOfRequests());
            setHandler(responseIn, responses());
            setHandler(responseOut, demandOfResponses());
        }

        @Override
        public void preStart() {
            metrics.opened();
            awaits(Awaited.HEAD);
            scheduleWithFixedDelay(CHECK, patience.check(), patience.check());
            pull(responseIn);
        }

        private AbstractInHandler requests() {
            return new AbstractInHandler() {
                @Override
                public void onPush() {
                    awaits(Awaited.NOTHING);
                    requests++;
                    push(requestOut, withSocket(grab(requestIn)));
                }

                @Override
                public void onUpstreamFinish() {
                    if (awaited == Awaited.HEAD) {
                        awaits(Awaited.NOTHING);
                    }
                    complete(requestOut);
                }
            };
        }

        private HttpRequest withSocket(HttpRequest request) {
            return request.getAttribute(AttributeKeys.webSocketUpgrade).isPresent()
                    ? request.addAttribute(AcceptedSocket.KEY, socket)
                    : request;
        }

        private AbstractOutHandler demandOfRequests() {
            return new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (!isClosed(requestIn)) {
                        pull(requestIn);
                    }
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(requestIn, cause);
                }
            };
        }

        private AbstractInHandler responses() {
            return new AbstractInHandler() {
                @Override
                public void onPush() {
                    HttpResponse response = grab(responseIn);
                    if (!isAvailable(responseOut)) {
                        awaits(Awaited.READING);
                    }
                    emit(responseOut, watched(response), () -> handedOn(response));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(responseOut);
                }
            };
        }

        private AbstractOutHandler demandOfResponses() {
            return new AbstractOutHandler() {
                @Override
                public void onPull() {
                    // Each answer is asked for before there is room for it, so that the time is known for which it
                    // finds none.
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(responseIn, cause);
                }
            };
        }

        private void handedOn(HttpResponse response) {
            awaits(Awaited.NOTHING);
            isUpgraded = response.status().intValue() == SWITCHING_PROTOCOLS;
            if (isShort(response.entity()) && !isUpgraded) {
                answered(requests);
            }
            if (!isClosed(responseIn)) {
                pull(responseIn);
            }
        }

        /** All of an answer is on its way, and the next request is waited for, unless that one came before this was heard of. */
        private void answered(int request) {
            if (request == requests && awaited == Awaited.NOTHING && !isClosed(requestIn)) {
                awaits(Awaited.HEAD);
            }
        }

        private HttpResponse watched(HttpResponse response) {
            int request = requests;
            Flow<ByteString, ByteString, NotUsed> metered = MeteredBytes.toReader(patience, () -> cut(Cut.READER))
                    .watchTermination((notUsed, ended) -> {
                        var _ = ended.whenComplete((done, failure) -> bodyEnded.invoke(request));
                        return notUsed;
                    });
            return isShort(response.entity()) ? response : response.withEntity(through(metered, response.entity()));
        }

        private void awaits(Awaited next) {
            awaited = next;
            waitsSince = System.nanoTime();
        }

        @Override
        public void onTimer(Object key) {
            Duration waited = Duration.ofNanos(System.nanoTime() - waitsSince);
            switch (awaited) {
                case NOTHING -> {}
                case HEAD -> {
                    if (waited.compareTo(patience.head()) > 0) {
                        noHeadCame();
                    }
                }
                case READING -> {
                    if (waited.compareTo(patience.window()) > 0) {
                        cut(Cut.READER);
                    }
                }
            }
        }

        /** Who has been answered before may not have taken that answer yet, and would not take another. */
        private void noHeadCame() {
            if (requests > 0) {
                cut(Cut.HEAD);
                return;
            }
            metrics.cut(Cut.HEAD);
            awaits(Awaited.NOTHING);
            fail(responseOut, new EntityStreamException(new ErrorInfo(LATE_HEAD, "", "")));
        }

        private void cut(Cut reason) {
            metrics.cut(reason);
            awaits(Awaited.NOTHING);
            socket.cut();
        }

        @Override
        public void postStop() {
            metrics.closed();
            if (!isUpgraded) {
                socket.leave();
            }
        }
    }

    private static boolean isShort(ResponseEntity entity) {
        return entity instanceof HttpEntity.Strict strict && strict.getData().size() <= PIECE_BYTES;
    }

    private static ResponseEntity through(Flow<ByteString, ByteString, NotUsed> metered, ResponseEntity entity) {
        ContentType type = entity.getContentType();
        return switch (entity) {
            case HttpEntity.Strict whole ->
                HttpEntities.create(
                        type, whole.getData().size(), pieces(whole.getData()).via(metered));
            case HttpEntity.Default measured ->
                HttpEntities.create(
                        type,
                        measured.getContentLength(),
                        measured.getDataBytes().via(metered));
            default -> HttpEntities.createChunked(type, entity.getDataBytes().via(metered));
        };
    }

    private static Source<ByteString, Object> pieces(ByteString bytes) {
        List<ByteString> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.size(); from += PIECE_BYTES) {
            pieces.add(bytes.slice(from, Math.min(bytes.size(), from + PIECE_BYTES)));
        }
        return Source.from(pieces).mapMaterializedValue(Object.class::cast);
    }
}
