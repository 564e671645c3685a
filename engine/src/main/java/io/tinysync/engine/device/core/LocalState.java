package io.tinysync.engine.device.core;

/** What an item of the local tree waits for. */
public enum LocalState {
    /** As the server's tree has it. */
    IN_STEP,
    /** Changed here; the change is recorded and not yet acknowledged. */
    PENDING,
    /** Open for writing; what was closed so far is recorded. */
    DIRTY,
    /** Never leaves this device, by its name. */
    LOCAL_ONLY,
    /** Recovered after an unclean stop; not sent until a program writes it again or a person decides. */
    HELD
}
