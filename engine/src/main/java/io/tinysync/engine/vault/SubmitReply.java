package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.MutationsReply;

/** The answer to {@link VaultCommand.Submit}. */
public sealed interface SubmitReply
        permits SubmitReply.Answered, SubmitReply.Diverged, SubmitReply.Rewound, Unavailable {

    /** The ops were evaluated, and what took effect is durable. */
    record Answered(MutationsReply reply) implements SubmitReply {}

    /** {@code log_diverged}: the cursor is of another history or above the head; nothing was evaluated. */
    record Diverged() implements SubmitReply {}

    /** {@code device_rewound}: the request's number is not above this one; nothing was evaluated. */
    record Rewound(long highestRequestNo) implements SubmitReply {}
}
