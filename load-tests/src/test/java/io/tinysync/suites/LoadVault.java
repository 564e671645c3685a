package io.tinysync.suites;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.VaultId;
import java.util.List;

/**
 * A vault that a step works on.
 *
 * @param head where its log ended before the step
 * @param tokens of the devices that reach it
 * @param contents that files of it have
 * @param items how many it held before the step
 */
record LoadVault(VaultId vaultId, Cursor head, List<String> tokens, List<Content> contents, long items) {
    LoadVault {
        tokens = List.copyOf(tokens);
        contents = List.copyOf(contents);
    }
}
