package io.tinysync.campaign.history;

import io.tinysync.engine.protocol.VaultId;

/** How the lines of a vault's final log begin, so that they are found without parsing all others. */
final class FinalLogs {

    static final String NAME = "final_log";

    private FinalLogs() {}

    static String prefix(VaultId vault) {
        return "{\"event\":\"" + NAME + "\",\"vault\":\"" + vault + '"';
    }
}
