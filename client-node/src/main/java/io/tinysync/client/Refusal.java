package io.tinysync.client;

/**
 * What was asked for cannot be had, for a reason that its user or their machine can mend; the message is one line fit for them,
 * with the value and the limit. Never a fault of the program's own.
 */
public final class Refusal extends RuntimeException {

    public Refusal(String message) {
        super(message);
    }

    public Refusal(String message, Throwable cause) {
        super(message, cause);
    }

    /** The environment's words for what failed: the message of an I/O error is often only a path. */
    public static Refusal of(String what, Exception cause) {
        String said = cause.getMessage();
        String kind = cause.getClass().getSimpleName().replaceAll("(Exception|Error)$", "");
        return new Refusal(what + ": " + (said == null || said.isBlank() ? kind : kind + ": " + said), cause);
    }
}
