package io.tinysync.simulation;

/** A promise was broken. */
final class Violation extends RuntimeException {

    private final String promise;

    /** @param promise its name, P1 to P9, or what else was expected */
    Violation(String promise, String what) {
        super(promise + ": " + what);
        this.promise = promise;
    }

    String promise() {
        return promise;
    }
}
