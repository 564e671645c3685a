package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** One request that a handler answers: its parts, checked and typed. A part that is not of its form is a problem. */
final class Exchange {

    /** A JSON body is at most 8 MiB; whoever takes longer to send it would hold its place for nothing. */
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(60);

    private final HttpRequest request;
    private final Map<String, String> path;
    private final Caller caller;
    private final Session session;
    private final ClassicActorSystemProvider system;
    private boolean bodyTaken;
    private boolean bodyRead;

    Exchange(
            HttpRequest request,
            Map<String, String> path,
            Caller caller,
            Session session,
            ClassicActorSystemProvider system) {
        this.request = request;
        this.path = path;
        this.caller = caller;
        this.session = session;
        this.system = system;
    }

    HttpRequest request() {
        return request;
    }

    Caller caller() {
        return caller;
    }

    /** The device that calls; only for routes that let none but devices pass. */
    DeviceId device() {
        if (caller instanceof Caller.Device device) {
            return device.id();
        }
        throw new IllegalStateException("the route lets callers pass that are no devices");
    }

    Session session() {
        return session;
    }

    VaultId vaultId() {
        return vaultId(path).orElseThrow();
    }

    static Optional<VaultId> vaultId(Map<String, String> path) {
        return Optional.ofNullable(path.get("vault_id")).map(text -> parsed("vault_id", text, VaultId::parse));
    }

    DeviceId deviceId() {
        return pathValue("device_id", DeviceId::parse);
    }

    GroupId groupId() {
        return pathValue("group_id", GroupId::parse);
    }

    Sha256 sha256() {
        return pathValue("sha256", Sha256::parse);
    }

    private <T> T pathValue(String name, Function<String, T> parser) {
        String text = path.get(name);
        if (text == null) {
            throw new IllegalStateException("the route's template has no " + name);
        }
        return parsed(name, text, parser);
    }

    /** A parameter of the query string; empty if it is not there. */
    <T> Optional<T> query(String name, Function<String, T> parser) {
        return request.getUri().query().get(name).map(text -> parsed(name, text, parser));
    }

    static <T> T parsed(String name, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.BAD_REQUEST, name + ": " + e.getMessage());
        }
    }

    Optional<String> header(String name) {
        return request.getHeader(name).map(HttpHeader::value);
    }

    OptionalLong contentLength() {
        return request.entity().getContentLengthOption();
    }

    /** The body as a record of the protocol. */
    <T> T body(Class<T> type) throws InterruptedException {
        try {
            return Json.read(bodyBytes(), type);
        } catch (Json.MalformedException e) {
            throw new ProblemException(ProblemCode.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private byte[] bodyBytes() throws InterruptedException {
        long limit = Limits.DEFAULT.maxBodyBytes();
        if (contentLength().orElse(0) > limit) {
            throw tooLarge(limit);
        }
        bodyTaken = true;
        try {
            byte[] bytes = request.entity()
                    .withSizeLimit(limit)
                    .toStrict(BODY_TIMEOUT.toMillis(), system)
                    .toCompletableFuture()
                    .get(2 * BODY_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .getData()
                    .toArray();
            bodyRead = true;
            return bytes;
        } catch (ExecutionException | TimeoutException e) {
            if (Causes.contain(e, EntityStreamSizeException.class)) {
                throw tooLarge(limit);
            }
            throw new ProblemException(ProblemCode.BAD_REQUEST, "the body did not come to its end");
        }
    }

    private static ProblemException tooLarge(long limit) {
        return new ProblemException(ProblemCode.TOO_LARGE, "the body is over the limit of " + limit + " bytes");
    }

    /** The body as it comes, however long; it breaks off if the device is revoked. */
    Source<ByteString, NotUsed> bodyStream() {
        bodyTaken = true;
        return session.bound(request.entity().withoutSizeLimit().getDataBytes());
    }

    /** Whether a handler that refuses the request may have left a part of the body unread: the connection then ends with the answer. */
    boolean mayHaveLeftBody() {
        return bodyTaken && !bodyRead;
    }

    /** Whether a handler took the body; otherwise it must be read and dropped, or the connection waits for it. */
    boolean isBodyTaken() {
        return bodyTaken;
    }
}
