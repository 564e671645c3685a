package io.tinysync.engine.device.core;

import io.tinysync.engine.tree.NameRules;

/**
 * What the rules of one device and vault depend on and what does not change while it is attached.
 *
 * @param names the vault's
 * @param ids for new items and ops
 * @param deviceName as it stands in the names of conflict copies
 * @param temporaryQuietMs how long, in ms, an item with a temporary name must be still before it is sent
 * @param refusedRetryMs how long, in ms, an op waits that the server refuses for a person to settle
 * @param maxFileBytes the largest file that the vault takes
 */
public record DeviceRules(
        NameRules names, Ids ids, String deviceName, long temporaryQuietMs, long refusedRetryMs, long maxFileBytes) {}
