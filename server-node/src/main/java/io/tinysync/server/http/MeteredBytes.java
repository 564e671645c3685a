package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/** Passes bytes on, and finds out if the sender or the reader is slower than the server has patience. Time in which the server itself is slow is not counted. */
final class MeteredBytes extends GraphStage<FlowShape<ByteString, ByteString>> {

    private enum Side {
        SENDER,
        READER
    }

    private final Inlet<ByteString> in = Inlet.create("MeteredBytes.in");
    private final Outlet<ByteString> out = Outlet.create("MeteredBytes.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final Side side;
    private final Patience patience;
    private final Runnable whenSlow;

    private MeteredBytes(Side side, Patience patience, Runnable whenSlow) {
        this.side = side;
        this.patience = patience;
        this.whenSlow = whenSlow;
    }

    /** A body on its way here; it fails with a {@link ProblemException} if it comes too slowly. */
    static Flow<ByteString, ByteString, NotUsed> fromSender(Patience patience, Runnable whenSlow) {
        return Flow.fromGraph(new MeteredBytes(Side.SENDER, patience, whenSlow));
    }

    /** An answer on its way there. That it is taken too slowly is told once; to end it then is the caller's. */
    static Flow<ByteString, ByteString, NotUsed> toReader(Patience patience, Runnable whenSlow) {
        return Flow.fromGraph(new MeteredBytes(Side.READER, patience, whenSlow));
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {

        private static final String CHECK = "check";

        private final Allowance allowance = patience.allowance();
        private boolean isWaiting;
        private long waitsSince;

        Logic() {
            super(shape);
            setHandlers(in, out, new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    ByteString bytes = grab(in);
                    turnedTo(Side.READER);
                    allowance.moved(bytes.size());
                    push(out, bytes);
                }

                @Override
                public void onPull() {
                    turnedTo(Side.SENDER);
                    pull(in);
                }
            });
        }

        @Override
        public void preStart() {
            turnedTo(Side.READER);
            scheduleWithFixedDelay(CHECK, patience.check(), patience.check());
        }

        /** It is now this side that the other one waits for. */
        private void turnedTo(Side next) {
            long now = System.nanoTime();
            if (isWaiting) {
                allowance.waited(now - waitsSince);
            }
            isWaiting = next == side;
            waitsSince = now;
        }

        @Override
        public void onTimer(Object key) {
            if (!isWaiting || !allowance.isUsedUpBy(System.nanoTime() - waitsSince)) {
                return;
            }
            cancelTimer(CHECK);
            whenSlow.run();
            if (side == Side.SENDER) {
                giveUpBody();
            }
        }

        /** Without cancelling it, on which Pekko HTTP would end the connection, and perhaps before there is an answer. */
        private void giveUpBody() {
            fail(
                    out,
                    new ProblemException(
                            ProblemCode.REQUEST_TIMEOUT,
                            "less than " + patience.bytesPerSecond() + " bytes a second have come of the body"));
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    // Too late.
                }
            });
        }
    }
}
