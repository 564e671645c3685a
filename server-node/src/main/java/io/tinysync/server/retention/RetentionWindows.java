package io.tinysync.server.retention;

import java.time.Duration;

/**
 * How long things are kept.
 *
 * @param tombstones a deleted item with its content, from its deletion
 * @param log an entry, from when it was accepted; a device that was away for longer takes a snapshot
 * @param audit an entry of the audit
 * @param interval from one look for what is older to the next
 */
public record RetentionWindows(Duration tombstones, Duration log, Duration audit, Duration interval) {
    public RetentionWindows {
        if (tombstones.isNegative() || log.isNegative() || audit.isNegative() || !interval.isPositive()) {
            throw new IllegalArgumentException(
                    "windows of " + tombstones + ", " + log + " and " + audit + " every " + interval);
        }
    }
}
