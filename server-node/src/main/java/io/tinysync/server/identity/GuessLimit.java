package io.tinysync.server.identity;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Bounds how many wrong guesses at a secret this node takes, from one network and from all together. A guess counts as wrong from its
 * beginning until it turns out not to be, so that guesses made at once gain nothing. Remembers no more guesses than it lets pass. Thread-safe.
 */
public final class GuessLimit {

    /** Who has an address of IPv6 has at least the 2^64 that begin with the same bytes. */
    private static final int NETWORK_BYTES = 8;

    private final int perNetwork;
    private final int inAll;
    private final long windowNanos;
    private final LongSupplier nanos;
    private final Deque<Guess> guesses = new ArrayDeque<>();

    /**
     * A limit with no guesses so far.
     *
     * @param window for how long a wrong guess counts
     * @param nanos a clock as {@link System#nanoTime} is one
     */
    public GuessLimit(int perNetwork, int inAll, Duration window, LongSupplier nanos) {
        this.perNetwork = perNetwork;
        this.inAll = inAll;
        this.windowNanos = window.toNanos();
        this.nanos = nanos;
    }

    /** One guess; compared by identity. */
    private static final class Guess {
        private final String network;
        private final long at;

        private Guess(String network, long at) {
            this.network = network;
            this.at = at;
        }
    }

    /** Whether a guess may be made. */
    public sealed interface Permit {

        /** It may; {@code uncount} takes it back if it was right, or if nothing came of it. */
        record Granted(Runnable uncount) implements Permit {}

        /** It may not, for so long. */
        record Refused(Duration retryAfter) implements Permit {}
    }

    /** Asks for one guess. */
    public synchronized Permit ask(InetAddress from) {
        long now = nanos.getAsLong();
        while (!guesses.isEmpty() && now - guesses.getFirst().at >= windowNanos) {
            guesses.removeFirst();
        }
        String network = network(from);
        List<Guess> own =
                guesses.stream().filter(guess -> guess.network.equals(network)).toList();
        Optional<Guess> ending = own.size() >= perNetwork
                ? Optional.of(own.get(own.size() - perNetwork))
                : guesses.size() >= inAll ? Optional.of(guesses.getFirst()) : Optional.empty();
        if (ending.isPresent()) {
            return new Permit.Refused(Duration.ofNanos(windowNanos - (now - ending.get().at)));
        }
        Guess guess = new Guess(network, now);
        guesses.addLast(guess);
        return new Permit.Granted(() -> takeBack(guess));
    }

    private synchronized void takeBack(Guess guess) {
        guesses.remove(guess);
    }

    private static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(address instanceof Inet6Address ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    }
}
