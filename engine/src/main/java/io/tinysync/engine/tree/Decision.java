package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.RejectionCode;
import io.tinysync.engine.protocol.Scope;
import org.jspecify.annotations.Nullable;

/** What the tree says of one op: the entry that it becomes, or why it becomes none. */
public sealed interface Decision {

    /**
     * The op holds, and becomes an entry with these members.
     *
     * @param kind of the entry
     * @param scope of the entry
     * @param item the op's item as it stands after the entry; for a subtree, the folder at its top
     */
    record Accepted(EntryKind kind, Scope scope, Item item) implements Decision {}

    /**
     * The op does not hold, and changes nothing.
     *
     * @param code why
     * @param message the same for people, with the value and the limit
     * @param current the op's item as it stands, a tombstone included; with {@link RejectionCode#NAME_TAKEN} the item that has the
     *     name; absent where there is none
     */
    record Rejected(
            RejectionCode code, String message, @Nullable Item current) implements Decision {}
}
