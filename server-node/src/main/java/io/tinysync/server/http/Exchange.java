package io.tinysync.server.http;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.identity.Origin;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** One request that a handler answers: its parts, checked and typed. A part that is not of its form is a problem. */
final class Exchange {

    private final HttpRequest request;
    private final Map<String, String> path;
    private final Caller caller;
    private final Session session;
    private final RequestBody body;
    private final Runnable onBody;
    private byte @Nullable [] bytes;

    /** @param onBody is run once the whole body has been read as a record */
    Exchange(
            HttpRequest request,
            Map<String, String> path,
            Caller caller,
            Session session,
            RequestBody body,
            Runnable onBody) {
        this.request = request;
        this.path = path;
        this.caller = caller;
        this.session = session;
        this.body = body;
        this.onBody = onBody;
    }

    HttpRequest request() {
        return request;
    }

    /** What the request is called in logs. */
    String requestId() {
        return header(RequestId.HEADER).orElseThrow();
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

    /** Who sends the request, as far as {@link TrustedProxies} can be believed. */
    InetAddress sender() {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(RemoteAddress::getAddress)
                .orElseThrow(() -> new IllegalStateException("pekko.http.server.remote-address-attribute is off"));
    }

    /** Who asks, and from where, for the audit. */
    Origin origin() {
        String address = sender().getHostAddress();
        return switch (caller) {
            case Caller.Anyone() -> Origin.anonymous(address);
            case Caller.Admin() -> Origin.admin(address);
            case Caller.Device device -> Origin.device(device.id(), address);
        };
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

    LinkId linkId() {
        return pathValue("link_id", LinkId::parse);
    }

    /** A name's segment of the path as it came, percent-encoded; empty if the route's template does not have it. */
    Optional<String> segment(String name) {
        return Optional.ofNullable(path.get(name));
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
        return body.length();
    }

    /** The body as a record of the protocol. */
    <T> T body(Class<T> type) throws InterruptedException {
        try {
            return Json.read(bodyBytes(), type);
        } catch (Json.MalformedException e) {
            throw new ProblemException(ProblemCode.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    /** The whole body; the same when asked for again. */
    byte[] bodyBytes() throws InterruptedException {
        return bodyBytes(Limits.DEFAULT.maxBodyBytes());
    }

    /** The same under a limit of its own, in bytes. */
    byte[] bodyBytes(long limit) throws InterruptedException {
        if (bytes == null) {
            bytes = body.bytes(limit);
            onBody.run();
        }
        return bytes;
    }

    /** From now on the body is what a part of it was, which others have taken the rest of. */
    void narrowBody(byte[] part) {
        bytes = part;
    }

    /** The body as it comes, however long; it breaks off if the device is revoked. */
    Source<ByteString, NotUsed> bodyStream() {
        return session.bound(body.stream());
    }
}
