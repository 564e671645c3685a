package io.tinysync.e2e;

import java.util.List;

/**
 * One system call with its arguments, taken on both sides.
 *
 * @param text as it is shown
 * @param paths whose state is compared afterwards
 * @param slot whose open file is compared afterwards
 */
record PosixStep(String text, List<String> paths, int slot, Action action) {

    PosixStep {
        paths = List.copyOf(paths);
    }

    /** Takes the step; returns its result, or its errno's name. */
    interface Action {
        String on(PosixSide side);
    }
}
