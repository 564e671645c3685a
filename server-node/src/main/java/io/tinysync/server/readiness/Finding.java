package io.tinysync.server.readiness;

import java.util.Optional;

/**
 * What a probe has found.
 *
 * @param fault why the node cannot serve; empty if it can as far as this probe goes
 */
public record Finding(String probe, Optional<String> fault) {

    @Override
    public String toString() {
        return probe + ": " + fault.orElse("ok");
    }
}
