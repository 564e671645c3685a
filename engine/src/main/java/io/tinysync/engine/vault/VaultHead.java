package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Cursor;

/**
 * A vault's position and size.
 *
 * @param cursor after the last entry
 * @param liveItems the root not counted
 * @param liveBytes of all live files together
 */
public record VaultHead(Cursor cursor, long liveItems, long liveBytes) {}
