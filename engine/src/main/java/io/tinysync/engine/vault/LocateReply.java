package io.tinysync.engine.vault;

/** The answer to {@link VaultCommand.Locate}. */
public sealed interface LocateReply permits LocateReply.Located, Unavailable {

    /**
     * Where the entity is.
     *
     * @param node as {@link VaultPorts#node()} has it there
     */
    record Located(String node) implements LocateReply {}
}
