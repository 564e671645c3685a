package io.tinysync.client.control;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.StateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Asks the daemon of one state directory. Plain blocking calls, one connection each. */
public final class ControlClient {

    /** A listing of a folder of 100,000 items as JSON is some 20 MB. */
    private static final int MAX_REPLY_BYTES = 256 << 20;

    private final StateDirectory state;

    public ControlClient(StateDirectory state) {
        this.state = state;
    }

    /**
     * The daemon's answer, or nothing if no daemon listens.
     *
     * @throws Refusal if a daemon listens and does not answer in time or in a form that is understood
     */
    public Optional<ControlAnswer> send(ControlRequest request, Duration timeout) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(ControlAddress.find(state)))) {
            long deadline = System.nanoTime() + timeout.toNanos();
            channel.write(ByteBuffer.wrap(request.toHead()));
            channel.configureBlocking(false);
            return Optional.of(parse(readAll(channel, deadline)));
        } catch (UnansweredException e) {
            throw new Refusal("the daemon of " + state.path() + " does not answer", e);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** As {@link #send}, where a daemon has to be there. */
    public ControlAnswer require(ControlRequest request, Duration timeout) {
        return send(request, timeout)
                .orElseThrow(() -> new Refusal(
                        "no daemon runs for " + state.path() + ": 'tinysync attach VAULT MOUNTPOINT' starts one"));
    }

    private static byte[] readAll(SocketChannel channel, long deadline) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (true) {
                int count = channel.read(buffer.clear());
                if (count < 0) {
                    return bytes.toByteArray();
                }
                bytes.write(buffer.array(), 0, count);
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (bytes.size() > MAX_REPLY_BYTES || left <= 0) {
                    throw new UnansweredException("no whole answer in time");
                }
                if (count == 0) {
                    selector.select(left);
                    selector.selectedKeys().clear();
                }
            }
        }
    }

    /** A whole answer ends with a line end, since the end of the connection alone may be that of the daemon. */
    private static ControlAnswer parse(byte[] bytes) throws UnansweredException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int headEnd = text.indexOf("\r\n\r\n");
        int bodyStart = headEnd + 4;
        if (headEnd < 0 || !text.startsWith("HTTP/1.1 ") || text.length() == bodyStart || !text.endsWith("\n")) {
            throw new UnansweredException("the answer was cut off");
        }
        String head = text.substring(0, headEnd);
        int status = Integer.parseInt(head.substring(9, 12));
        String body = text.substring(bodyStart, text.length() - 1);
        return new ControlAnswer(status, head.contains("application/json"), body);
    }

    private static final class UnansweredException extends IOException {
        UnansweredException(String message) {
            super(message);
        }
    }
}
