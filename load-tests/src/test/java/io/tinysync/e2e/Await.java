package io.tinysync.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition of the outside world, looking often and giving up at a deadline with what was last seen. */
final class Await {

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private Await() {}

    /** A condition with a description of what it sees now, for the message of a failure. */
    interface Condition {
        boolean holds() throws Exception;

        default String seen() throws Exception {
            return "";
        }
    }

    static void until(String what, Duration deadline, Callable<Boolean> condition) {
        until(what, deadline, condition::call, () -> "");
    }

    static void until(String what, Duration deadline, Condition condition, Callable<String> seen) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!quietly(condition)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "waited " + deadline.toSeconds() + " s in vain until " + what + "; " + text(seen));
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private static boolean quietly(Condition condition) {
        try {
            return condition.holds();
        } catch (Exception e) {
            // Not yet: a file that is not there, a daemon that does not answer; the deadline decides.
            return false;
        }
    }

    private static String text(Callable<String> seen) {
        try {
            return seen.call();
        } catch (Exception e) {
            return e.toString();
        }
    }
}
