package io.tinysync.server.http;

import io.opentelemetry.api.trace.Span;
import io.tinysync.engine.log.LogField;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.metrics.ConnectionMetrics.Cut;
import io.tinysync.server.metrics.Metrics;
import io.tinysync.server.metrics.RequestMetrics;
import io.tinysync.server.postgres.DatabaseException;
import io.tinysync.server.tracing.Tracing;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Takes a request from the connection, finds its route and its caller, and turns whatever goes wrong into a problem document. */
final class Api {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    /** Longer than a vault's entity is waited for; a database that hangs would hold a request for ever. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(25);

    /** Where bodies of any length are taken, for as long as bytes come. */
    private static final String BLOBS = "/blobs/";

    private static final String API = "/v1/";

    private final Routes routes;
    private final Authenticator authenticator;
    private final Sessions sessions;
    private final Metrics metrics;
    private final Patience patience;
    private final Tracing tracing;
    private final ClassicActorSystemProvider system;
    private final Executor threads;

    Api(
            Routes routes,
            Authenticator authenticator,
            Sessions sessions,
            Metrics metrics,
            Patience patience,
            Tracing tracing,
            ClassicActorSystemProvider system,
            Executor threads) {
        this.routes = routes;
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.metrics = metrics;
        this.patience = patience;
        this.tracing = tracing;
        this.system = system;
        this.threads = threads;
    }

    CompletionStage<HttpResponse> answer(HttpRequest asked) {
        RequestId id = RequestId.of(asked);
        HttpRequest request = id.on(asked);
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        RequestMetrics.Running running = metrics.requests().began();
        RequestBody body = new RequestBody(
                request.entity(),
                MeteredBytes.fromSender(patience, () -> metrics.connections().cut(Cut.BODY)),
                system);
        threads.execute(() -> carryOut(id, request, body, answer, running));
        if (!takesBytes(request.getUri().getPathString())) {
            within(body.isEmpty() ? ANSWER_LIMIT : RequestBody.TIMEOUT.plus(ANSWER_LIMIT), answer);
        }
        return answer.whenComplete((response, failure) ->
                        running.answered(response.status().intValue()))
                .thenApply(id::on);
    }

    private static boolean takesBytes(String path) {
        return path.startsWith(API) && path.contains(BLOBS);
    }

    /** On a thread that has no other request. */
    private void carryOut(
            RequestId id,
            HttpRequest request,
            RequestBody body,
            CompletableFuture<HttpResponse> answer,
            RequestMetrics.Running running) {
        Span span = tracing.request(
                request.method().value(), request.getHeader(Tracing.TRACEPARENT).map(HttpHeader::value));
        try (var _ = LogField.REQUEST.of(id.text());
                var _ = span.makeCurrent()) {
            span.setAttribute("http.request.method", request.method().value());
            span.setAttribute(LogField.REQUEST.key(), id.text());
            HttpResponse response = guarded(request, body, answer, running);
            span.setAttribute("http.response.status_code", response.status().intValue());
            if (!answer.complete(response)) {
                LOG.info("{} was answered before it was done", described(request));
            }
        } finally {
            span.end();
            MDC.clear();
        }
    }

    /** Without its query and headers, in which there may be secrets; the path of a public link is one. */
    private static String described(HttpRequest request) {
        String path = request.getUri().getPathString();
        return request.method().name() + " "
                + (path.startsWith(PublicRoutes.PREFIX) ? PublicRoutes.PREFIX + "…" : path);
    }

    /** The handler may go on; a device repeats, and nothing takes effect twice. */
    private static void within(Duration limit, CompletableFuture<HttpResponse> answer) {
        answer.completeOnTimeout(
                Problems.response(ProblemCode.UNAVAILABLE, "there is no answer in time"),
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private HttpResponse guarded(
            HttpRequest request,
            RequestBody body,
            CompletableFuture<HttpResponse> answer,
            RequestMetrics.Running running) {
        HttpResponse response;
        try {
            checkProtocol(request);
            response = routed(request, body, answer, running);
        } catch (ProblemException e) {
            LOG.info("{} is refused as {}: {}", described(request), e.code(), e.detail());
            response = Problems.response(e);
        } catch (InterruptedException e) {
            response = stopping();
        } catch (Exception e) {
            response = fault(request, e);
        }
        return afterBody(request, body, response);
    }

    private static HttpResponse stopping() {
        Thread.currentThread().interrupt();
        return Problems.response(ProblemCode.UNAVAILABLE, "the server is stopping");
    }

    private HttpResponse routed(
            HttpRequest request,
            RequestBody body,
            CompletableFuture<HttpResponse> answer,
            RequestMetrics.Running running)
            throws Exception {
        Routes.Match match = routes.find(request.method(), request.getUri().getPathString());
        Route route = match.route();
        String method = route.operation().method().value();
        running.isFor(method, route.operation().template());
        Span.current().updateName(method + " " + route.operation().template());
        return route.entry().enter(request, entered -> route.handler().answer(admitted(entered, match, body, answer)));
    }

    private Exchange admitted(
            HttpRequest request, Routes.Match match, RequestBody body, CompletableFuture<HttpResponse> answer) {
        Optional<VaultId> vault = Exchange.vaultId(match.path());
        long lookedUp = sessions.now();
        Caller caller = authenticator.caller(request, vault);
        name(caller, vault);
        match.route().operation().access().check(caller);
        Consumer<ProblemException> onEnd = problem -> answer.complete(Problems.response(problem));
        Session session = caller instanceof Caller.Device device
                ? sessions.open(device.id(), vault, onEnd, lookedUp)
                : new Session(vault, onEnd);
        return new Exchange(request, match.path(), caller, session, body, () -> within(ANSWER_LIMIT, answer));
    }

    /** In the log and the trace, for as long as the request takes. */
    private static void name(Caller caller, Optional<VaultId> vault) {
        if (caller instanceof Caller.Device device) {
            name(LogField.DEVICE, device.id());
        }
        vault.ifPresent(id -> name(LogField.VAULT, id));
    }

    private static void name(LogField field, Object value) {
        MDC.put(field.key(), value.toString());
        Span.current().setAttribute(field.key(), value.toString());
    }

    private static void checkProtocol(HttpRequest request) {
        Optional<String> version = request.getHeader("TinySync-Protocol").map(HttpHeader::value);
        if (version.isPresent() && !version.get().strip().equals("1")) {
            throw new ProblemException(
                    ProblemCode.UNSUPPORTED_PROTOCOL, "this server speaks version 1, not " + version.get());
        }
    }

    private static HttpResponse fault(HttpRequest request, Exception e) {
        if (e instanceof DatabaseException failure && failure.isPassing()) {
            LOG.warn("{} failed: {}", described(request), e.toString());
            return Problems.response(ProblemCode.UNAVAILABLE, "the database does not answer");
        }
        LOG.error("{} failed", described(request), e);
        return Problems.response(ProblemCode.INTERNAL_ERROR, "see the server's log");
    }

    /**
     * The answer, once nothing of the body is left that would end the connection under it. A client that waits for "100 Continue" has not
     * sent its body yet, and must not be asked for it.
     */
    private static HttpResponse afterBody(HttpRequest request, RequestBody body, HttpResponse response) {
        boolean unsent = !body.isTaken() && request.getHeader("Expect").isPresent();
        try {
            return !unsent && (body.drained() || response.status().isSuccess()) ? response : closing(response);
        } catch (InterruptedException e) {
            return closing(stopping());
        }
    }

    /** Says that the connection ends: a client that is not told would send its next request there. */
    private static HttpResponse closing(HttpResponse response) {
        return response.addHeader(Connection.create("close"));
    }
}
