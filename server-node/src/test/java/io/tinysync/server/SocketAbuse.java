package io.tinysync.server;

import static io.tinysync.server.JsonMutations.pick;

import io.tinysync.server.RawConnection.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** WebSockets that do not keep to RFC 6455, or keep to it in ways that nobody needs. */
final class SocketAbuse {

    private static final List<String> HANDSHAKES = List.of(
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 7\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13",
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99");

    private SocketAbuse() {}

    /** What the server answers to the handshake, before anything else is done. */
    static Optional<Head> commit(String server, String token, Random random) throws IOException {
        try (RawConnection connection = new RawConnection(server)) {
            byte[] handshake = RawConnection.ascii(
                    "GET /v1/wake HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n"
                            + (random.nextBoolean() ? HANDSHAKES.getFirst() : pick(HANDSHAKES, random)) + "\r\n\r\n");
            connection.send(handshake, 0, handshake.length);
            Optional<Head> answer = connection.answer(false);
            if (answer.isPresent() && answer.get().status() == 101) {
                byte[] abuse = frames(random);
                connection.send(abuse, 0, abuse.length);
                connection.end();
                connection.awaitEnd();
            }
            return answer;
        }
    }

    private static byte[] frames(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> noise(random);
            case 1 -> frame(0x81, false, RawConnection.ascii("not masked"));
            case 2 -> new byte[] {(byte) 0x82, (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4};
            case 3 -> frame(0x80, true, RawConnection.ascii("goes on with nothing"));
            case 4 -> frame(0x89, true, new byte[200]);
            case 5 -> frame(0xF1, true, RawConnection.ascii("reserved bits"));
            case 6 -> frame(0x83, true, RawConnection.ascii("reserved opcode"));
            case 7 -> frame(0x81, true, new byte[] {(byte) 0xFF, (byte) 0xFE});
            case 8 -> frame(0x88, true, new byte[] {0x03, (byte) 0xED, 'x'});
            case 9 -> many(frame(0x89, true, RawConnection.ascii("ping")), 2_000);
            case 10 -> many(frame(0x01, true, RawConnection.ascii("a message without an end")), 2_000);
            default -> many(frame(0x82, true, new byte[60_000]), 20);
        };
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[1 + random.nextInt(500)];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] frame(int first, boolean masked, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        int mask = masked ? 0x80 : 0;
        if (payload.length < 126) {
            frame.write(mask | payload.length);
        } else {
            frame.write(mask | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        if (masked) {
            frame.writeBytes(new byte[4]);
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static byte[] many(byte[] frame, int count) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            frames.writeBytes(frame);
        }
        return frames.toByteArray();
    }
}
