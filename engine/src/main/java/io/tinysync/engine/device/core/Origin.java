package io.tinysync.engine.device.core;

/**
 * What a pending op keeps through being merged and decided anew.
 *
 * @param attempts how often its intent was rejected
 * @param notBeforeMs clock time, in ms since 1970, before which it is not sent
 * @param observedMs clock time, in ms since 1970, when the program acted
 */
record Origin(int attempts, long notBeforeMs, long observedMs) {

    static Origin of(PendingOp op) {
        return new Origin(op.attempts(), op.notBeforeMs(), op.observedMs());
    }

    /** Of an act that takes the place of earlier ones: it waits by its own time, and is as old as the oldest. */
    Origin after(PendingOp earlier) {
        return new Origin(
                Math.max(attempts, earlier.attempts()), notBeforeMs, Math.min(observedMs, earlier.observedMs()));
    }
}
