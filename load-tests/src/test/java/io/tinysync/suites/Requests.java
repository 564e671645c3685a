package io.tinysync.suites;

import static io.gatling.javaapi.core.CoreDsl.ByteArrayBody;
import static io.gatling.javaapi.core.CoreDsl.bodyBytes;
import static io.gatling.javaapi.core.CoreDsl.bodyString;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;
import static io.gatling.javaapi.http.HttpDsl.ws;

import io.gatling.http.action.ws.WsInboundMessage;
import io.gatling.javaapi.core.ActionBuilder;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.CheckBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.gatling.javaapi.http.WsConnectActionBuilder;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.SnapshotTrailer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The requests of the suites: each is one of the protocol's, made and checked by the device of its virtual user. */
final class Requests {

    /** The attribute of a session that holds its {@link LoadDevice}. */
    static final String DEVICE = "device";

    private static final String PAYLOAD = "payload";
    private static final String AUTHORIZATION = "Authorization";
    private static final Duration FIRST_HEAD = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int PARTIAL = 206;

    private Requests() {}

    static LoadDevice device(Session session) {
        LoadDevice device = session.get(DEVICE);
        if (device == null) {
            throw new IllegalStateException("the session has no device");
        }
        return device;
    }

    private static Payload payload(Session session) {
        Payload payload = session.get(PAYLOAD);
        if (payload == null) {
            throw new IllegalStateException("the session has no payload");
        }
        return payload;
    }

    /** Sends ops in one request, all of which must be accepted. */
    static HttpRequestActionBuilder mutations(String name, Function<LoadDevice, List<Op>> ops) {
        return http(name)
                .post(session -> device(session).at("/mutations"))
                .header(AUTHORIZATION, session -> device(session).authorization())
                .header("Content-Type", "application/json")
                .body(ByteArrayBody(session -> device(session).mutations(ops.apply(device(session)))))
                .check(status().is(OK), fine((body, session) -> device(session).tookResults(body)));
    }

    /** Sends a blob that was never sent; its file follows by {@link #save}. */
    static ChainBuilder upload(String name, int sizeBytes) {
        return exec(session -> session.set(PAYLOAD, Payload.of(sizeBytes)))
                .exec(http(name)
                        .put(session -> device(session)
                                .at("/blobs/" + payload(session).content().sha256()))
                        .header(AUTHORIZATION, session -> device(session).authorization())
                        .header("Content-Type", "application/octet-stream")
                        .body(ByteArrayBody(session -> payload(session).bytes()))
                        .check(status().in(OK, CREATED, NO_CONTENT)))
                // The bytes go; what is left of them is small.
                .exec(session ->
                        session.set(PAYLOAD, Payload.without(payload(session).content())));
    }

    /** The device's file gets the content that was sent last. */
    static ActionBuilder save(String name) {
        return http(name)
                .post(session -> device(session).at("/mutations"))
                .header(AUTHORIZATION, session -> device(session).authorization())
                .header("Content-Type", "application/json")
                .body(ByteArrayBody(session -> device(session)
                        .mutations(List.of(device(session).save(payload(session).content())))))
                .check(status().is(OK), fine((body, session) -> device(session).tookResults(body)));
    }

    /** Reads a whole blob, and compares its length. */
    static ChainBuilder download(String name, Function<LoadDevice, Content> which) {
        return exec(session -> session.set(PAYLOAD, Payload.without(which.apply(device(session)))))
                .exec(blob(name)
                        .check(
                                status().is(OK),
                                length(session -> payload(session).content().size())));
    }

    /** Reads a part of a blob, at a place that its length allows. */
    static ChainBuilder range(String name, Function<LoadDevice, Content> which, int lengthBytes) {
        return exec(session -> session.set(PAYLOAD, Payload.without(which.apply(device(session)))))
                .exec(blob(name)
                        .header(
                                "Range",
                                session -> range(payload(session).content().size(), lengthBytes))
                        .check(status().is(PARTIAL), length(_ -> (long) lengthBytes)));
    }

    private static String range(long sizeBytes, int lengthBytes) {
        long first = Math.floorMod(LoadDevice.uuid7().getLeastSignificantBits(), sizeBytes - lengthBytes + 1);
        return "bytes=" + first + "-" + (first + lengthBytes - 1);
    }

    private static HttpRequestActionBuilder blob(String name) {
        return http(name)
                .get(session -> device(session)
                        .at("/blobs/" + payload(session).content().sha256()))
                .header(AUTHORIZATION, session -> device(session).authorization());
    }

    private static CheckBuilder length(Function<Session, Long> expected) {
        return bodyBytes().transform(body -> (long) body.length).is(expected);
    }

    /** The vaults that the device reaches. */
    static ActionBuilder vaults(String name) {
        return http(name)
                .get(session -> device(session).vaults())
                .header(AUTHORIZATION, session -> device(session).authorization())
                .check(status().is(OK));
    }

    /** The next page of the log, whose chain is checked. */
    static ActionBuilder page(String name) {
        return http(name)
                .get(session -> device(session).nextPage())
                .header(AUTHORIZATION, session -> device(session).authorization())
                .check(status().is(OK), fine((body, session) -> device(session).tookPage(body)));
    }

    /** A whole snapshot, up to its trailer, which must count what was put in. */
    static ActionBuilder snapshot(String name) {
        return http(name)
                .get(session -> device(session).at("/snapshot"))
                .header(AUTHORIZATION, session -> device(session).authorization())
                .check(
                        status().is(OK),
                        fine((body, session) ->
                                trailer(body, device(session).vault().items())));
    }

    private static String trailer(byte[] body, long items) {
        int start = body.length - 1;
        while (start > 0 && body[start - 1] != '\n') {
            start--;
        }
        try {
            SnapshotTrailer trailer = Json.read(Arrays.copyOfRange(body, start, body.length), SnapshotTrailer.class);
            return trailer.items() == items ? LoadDevice.FINE : trailer.items() + " items came, and there are " + items;
        } catch (IOException e) {
            return "no trailer: " + e.getMessage();
        }
    }

    /** Opens the socket, and waits for the first head. */
    static WsConnectActionBuilder socket(String name) {
        return ws(name).connect(session -> device(session).socket())
                .header(AUTHORIZATION, session -> device(session).authorization())
                .await(FIRST_HEAD)
                .on(ws.checkTextMessage(name + ", first head")
                        .check(bodyString().exists()));
    }

    /** Takes the wakes that have come since the last time. */
    static ActionBuilder hearWakes() {
        return ws.processUnmatchedMessages((messages, session) -> {
            for (WsInboundMessage message : messages) {
                if (message instanceof WsInboundMessage.Text text) {
                    device(session).woke(text.message(), text.timestamp());
                }
            }
            return session;
        });
    }

    private static CheckBuilder fine(BiFunction<byte[], Session, String> take) {
        return bodyBytes().transformWithSession(take).is(LoadDevice.FINE);
    }
}
