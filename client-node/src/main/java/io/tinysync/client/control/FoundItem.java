package io.tinysync.client.control;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.VaultId;

/** What is at a path of a drive. */
public record FoundItem(VaultId vaultId, ItemId itemId) {}
