package io.tinysync.engine.tree;

import io.tinysync.engine.protocol.OpId;
import java.util.OptionalLong;

/** Which ops a vault has accepted, those that an evaluation accepted a moment ago included. */
@FunctionalInterface
public interface AcceptedOps {

    /** The seq of the op's entry; empty if no op of that id was accepted. */
    OptionalLong seqOf(OpId opId);
}
