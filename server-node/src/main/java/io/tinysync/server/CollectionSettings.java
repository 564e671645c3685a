package io.tinysync.server;

import com.typesafe.config.Config;
import io.tinysync.engine.blob.collection.CollectionRules;
import io.tinysync.server.startup.StartupException;
import java.time.Duration;

/**
 * How blobs are collected.
 *
 * @param interval between two runs
 */
record CollectionSettings(Duration interval, CollectionRules rules) {

    static CollectionSettings read(Config gc) throws StartupException {
        Duration interval = gc.getDuration("interval");
        if (interval.isZero() || interval.isNegative()) {
            throw new StartupException("gc.interval must be a time, not " + interval);
        }
        try {
            return new CollectionSettings(
                    interval,
                    new CollectionRules(gc.getDuration("lease"), gc.getDuration("grace"), gc.getDuration("unnamed")));
        } catch (IllegalArgumentException e) {
            throw new StartupException("the settings of gc are not valid: " + e.getMessage(), e);
        }
    }
}
