package io.tinysync.client.store;

import io.tinysync.engine.protocol.ItemId;

/** What a name is found by: the folder, and the name's key under the vault's policy. */
record NameInFolder(ItemId folder, String key) {}
