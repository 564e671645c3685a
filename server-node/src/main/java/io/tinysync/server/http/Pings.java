package io.tinysync.server.http;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameEventParser;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import scala.Option;

/**
 * The pings of one socket, and the frames in which its device answers. Each ping has a number that nobody can know who has not read it: a device
 * that answers one takes what it is sent, and one that only sends does not. The stage fails with a {@link TimeoutException} when none has been
 * answered for too long.
 */
final class Pings extends GraphStage<FlowShape<FrameEvent, FrameEvent>> {

    /** RFC 6455 section 11.8. */
    private static final byte PING = 0x9;

    private static final byte PONG = 0xA;

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final int CHECKS = 8;

    /** Of devices that are slow, and still answer. */
    private static final int MAX_UNANSWERED = 16;

    private final Inlet<FrameEvent> in = Inlet.create("Pings.in");
    private final Outlet<FrameEvent> out = Outlet.create("Pings.out");
    private final FlowShape<FrameEvent, FrameEvent> shape = FlowShape.of(in, out);
    private final Duration silence;
    private final Deque<ByteString> unanswered = new ArrayDeque<>();

    /** @param silence without an answer, after which the stage fails */
    Pings(Duration silence) {
        this.silence = silence;
    }

    /** A new one. */
    synchronized FrameEvent next() {
        ByteString number = ByteString.fromArrayUnsafe(
                ByteBuffer.allocate(Long.BYTES).putLong(RANDOM.nextLong()).array());
        if (unanswered.size() == MAX_UNANSWERED) {
            unanswered.removeFirst();
        }
        unanswered.addLast(number);
        return FrameEvent.fullFrame(
                Protocol.Opcode$.MODULE$.forCode(PING), Option.empty(), number, true, false, false, false);
    }

    /** Those before it need no answer any more. */
    private synchronized boolean isAnsweredBy(ByteString number) {
        if (!unanswered.contains(number)) {
            return false;
        }
        while (!unanswered.removeFirst().equals(number)) {
            // An older one.
        }
        return true;
    }

    @Override
    public FlowShape<FrameEvent, FrameEvent> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {

        private static final String CHECK = "check";

        private long heard = System.nanoTime();
        private ByteString pong = ByteString.emptyByteString();
        private Option<Object> mask = Option.empty();
        private long missing;

        Logic() {
            super(shape);
            setHandlers(in, out, new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    FrameEvent frame = grab(in);
                    look(frame);
                    push(out, frame);
                }

                @Override
                public void onPull() {
                    pull(in);
                }
            });
        }

        @Override
        public void preStart() {
            scheduleWithFixedDelay(CHECK, silence.dividedBy(CHECKS), silence.dividedBy(CHECKS));
        }

        /** A frame may come in several pieces. */
        private void look(FrameEvent frame) {
            if (frame instanceof FrameStart start) {
                begin(start.header());
            }
            if (missing == 0) {
                return;
            }
            pong = pong.concat(frame.data());
            missing -= frame.data().size();
            if (missing == 0 && isAnsweredBy(FrameEventParser.mask(pong, mask))) {
                heard = System.nanoTime();
            }
        }

        private void begin(FrameHeader header) {
            boolean isPong = header.opcode().code() == PONG && header.length() == Long.BYTES;
            pong = ByteString.emptyByteString();
            mask = header.mask();
            missing = isPong ? Long.BYTES : 0;
        }

        @Override
        public void onTimer(Object key) {
            if (System.nanoTime() - heard > silence.toNanos()) {
                failStage(new TimeoutException("no ping was answered for " + silence));
            }
        }
    }
}
