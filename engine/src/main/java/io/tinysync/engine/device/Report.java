package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Sha256;

/** What the vault's actors tell their guardian. */
sealed interface Report extends VaultSync.Internal {

    /** A pull ended at the log's head; {@code pull} is the number that the asking message carried, or a lower one. */
    record AtHead(long pull) implements Report {}

    /** The server answered, sensibly. */
    record Reached() implements Report {}

    /** An attempt failed: the server is not reached, and is tried again. */
    record Unreachable(String why) implements Report {}

    /** The server refuses this device. */
    record Denied(Answers.Refused answer) implements Report {}

    /** A content did not come, for a reason that those who wait for it were told. */
    record NotFetched(Sha256 sha256, HydrationResult.Failed why) implements Report {}

    /** A content is here. */
    record Fetched(Sha256 sha256) implements Report {}

    /** The vault's entries or ops changed: what waits for the end of a sync may have come to it. */
    record Progress() implements Report {}

    /** This program is wrong about something; what it was doing is tried again. */
    record Broken(String what) implements Report {}
}
