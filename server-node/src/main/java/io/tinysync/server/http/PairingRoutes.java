package io.tinysync.server.http;

import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.engine.protocol.PairingCode;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.identity.GuessLimit;
import io.tinysync.server.identity.Pairings;
import io.tinysync.server.identity.Pairings.Made;
import io.tinysync.server.metrics.PairingMetrics;
import io.tinysync.server.postgres.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Codes by which devices admit new ones: making them, and joining by one. */
final class PairingRoutes {

    /** Somebody who mistypes a code needs a few; a machine that guesses gets nowhere with so many of 2^50. */
    private static final int GUESSES_PER_NETWORK = 10;

    /** Of all networks together; also bounds what is remembered of them. */
    private static final int GUESSES_IN_ALL = 1000;

    private static final Duration GUESS_WINDOW = Duration.ofMinutes(10);

    private final Pairings pairings;
    private final PairingMetrics metrics;
    private final GuessLimit guesses =
            new GuessLimit(GUESSES_PER_NETWORK, GUESSES_IN_ALL, GUESS_WINDOW, System::nanoTime);

    PairingRoutes(Pairings pairings, PairingMetrics metrics) {
        this.pairings = pairings;
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(new Route("createPairing", this::make));
    }

    private HttpResponse make(Exchange exchange) {
        return switch (pairings.make(exchange.device(), exchange.origin())) {
            case Made.Open(var pairing) -> Answers.created(pairing);
            case Made.TooMany(Duration wait) ->
                throw ProblemException.tooManyRequests(
                        "this device has " + Pairings.MAX_OPEN + " codes that are neither used nor expired", wait);
            case Made.Revoked() -> throw Sessions.revokedProblem();
        };
    }

    /**
     * Registers a device by a code.
     *
     * @throws ProblemException if the code is not good, or too many were tried
     */
    HttpResponse join(Exchange exchange, PairingCode code, String displayName) {
        return switch (guesses.ask(exchange.sender())) {
            case GuessLimit.Permit.Refused(Duration wait) -> {
                metrics.limited();
                throw ProblemException.tooManyRequests("too many pairing codes were tried that are not good", wait);
            }
            case GuessLimit.Permit.Granted(Runnable uncount) -> {
                RegisteredDevice joined = joined(exchange, code, displayName, uncount);
                uncount.run();
                yield Answers.created(joined);
            }
        };
    }

    /** One answer for all that is not good: whoever guesses does not learn that a code was one. */
    private RegisteredDevice joined(Exchange exchange, PairingCode code, String displayName, Runnable uncount) {
        Optional<RegisteredDevice> joined = lookedUp(exchange, code, displayName, uncount);
        if (joined.isEmpty()) {
            metrics.refused();
            throw new ProblemException(
                    ProblemCode.FORBIDDEN, "the pairing code is not good: it is wrong, was used or has expired");
        }
        metrics.joined();
        return joined.get();
    }

    /** A failure says nothing of the code. */
    private Optional<RegisteredDevice> lookedUp(
            Exchange exchange, PairingCode code, String displayName, Runnable uncount) {
        try {
            return pairings.join(code, displayName, exchange.origin().address());
        } catch (DatabaseException e) {
            uncount.run();
            throw e;
        }
    }
}
