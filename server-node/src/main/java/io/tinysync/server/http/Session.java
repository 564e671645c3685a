package io.tinysync.server.http;

import io.tinysync.engine.protocol.VaultId;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Source;

/** One request or socket of a device, which can be ended before its time. */
final class Session {

    private final SharedKillSwitch streams = KillSwitches.shared("session");
    private final Optional<VaultId> vault;
    private final Consumer<ProblemException> onEnd;

    /**
     * @param vault what it is about, if it is about one
     * @param onEnd called when the session is ended before its time, with what to say of it
     */
    Session(Optional<VaultId> vault, Consumer<ProblemException> onEnd) {
        this.vault = vault;
        this.onEnd = onEnd;
    }

    /** The same stream, which fails when the session is ended. While it runs, it keeps the session registered. */
    <T> Source<T, NotUsed> bound(Source<T, ?> stream) {
        return stream.via(streams.<T>flow())
                .mapMaterializedValue(ignored -> NotUsed.getInstance())
                .map(this::hold);
    }

    /** The stage's function is bound to this object: the running stream is what keeps a weakly held session alive. */
    private <T> T hold(T element) {
        return element;
    }

    Optional<VaultId> vault() {
        return vault;
    }

    void end(ProblemException problem) {
        onEnd.accept(problem);
        streams.abort(problem);
    }
}
