package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.NamePolicy;
import java.util.Optional;

/**
 * What a vault's {@link NamePolicy} allows as a name, and which names collide. The server enforces it and the drive knows it, so
 * that a name is refused where it is made. Stateless; safe for any thread.
 */
public sealed interface NameRules permits PortableNames, PosixNames {

    /** The rules of a policy. */
    static NameRules of(NamePolicy policy) {
        return switch (policy) {
            case PORTABLE -> PortableNames.RULES;
            case POSIX -> PosixNames.RULES;
        };
    }

    /** Why the name is not allowed, with the value and the limit; empty if it is allowed. */
    Optional<String> violation(String name);

    /** The name's key; defined for names that are not allowed too, so that any name can be looked up. */
    NameKey key(String name);
}
