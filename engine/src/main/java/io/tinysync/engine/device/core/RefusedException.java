package io.tinysync.engine.device.core;

/** An act that the local tree refuses; nothing has changed. */
public final class RefusedException extends Exception {

    private final Refusal refusal;

    public RefusedException(Refusal refusal, String message) {
        // Refusals are answers and frequent (every lookup of a name that is not there): no stack trace.
        super(message, null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
