package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.tree.ItemTree;

/** The answer to {@link VaultCommand.ReadTree}; stays on its node. */
public sealed interface TreeReply permits TreeReply.Read, Unavailable {

    /** The tree as it was at some moment since the request came in, and its position. */
    record Read(Cursor cursor, ItemTree tree) implements TreeReply {}
}
