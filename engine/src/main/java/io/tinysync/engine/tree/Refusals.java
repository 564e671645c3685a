package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.tree.Decision.Rejected;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How rules refuse: each gives the rejection or nothing, and the first one given is the answer. */
final class Refusals {

    private Refusals() {}

    static Optional<Decision> refuse(
            boolean refused, RejectionCode code, Supplier<String> message, @Nullable Item current) {
        return refused ? Optional.of(rejected(code, message.get(), current)) : Optional.empty();
    }

    static Decision rejected(RejectionCode code, String message, @Nullable Item current) {
        return new Rejected(code, message, current);
    }
}
