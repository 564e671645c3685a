package io.tinysync.engine.device;

import java.time.Duration;

/**
 * The numbers of one vault's actors.
 *
 * @param pollInterval between log requests while wakes arrive; ± 20 %
 * @param pollIntervalWithoutSocket the same while they do not
 * @param firstRetry after a failed attempt; doubled up to {@code longestRetry}, ± 20 %
 * @param longestRetry between attempts, so that a server that returns is found soon; a wake or a new socket cuts it short
 * @param refusedRetry before an op that the server refuses for a person to settle is tried again
 * @param noProgress a download that receives no byte for this long has timed out
 * @param temporaryQuiet how long an item with a temporary name must be still before it is sent
 * @param parallelUploads blobs on their way at once
 * @param parallelDownloads likewise
 * @param alongBytes short blobs that go along with the ops that name them, in one request; 0 if none do
 * @param waitingDownloads contents that wait for their turn; more are refused at once
 */
public record SyncSettings(
        Duration pollInterval,
        Duration pollIntervalWithoutSocket,
        Duration firstRetry,
        Duration longestRetry,
        Duration refusedRetry,
        Duration noProgress,
        Duration temporaryQuiet,
        int parallelUploads,
        int parallelDownloads,
        long alongBytes,
        int waitingDownloads) {

    /** What suits one desktop device and one server. */
    public static final SyncSettings DEFAULT = new SyncSettings(
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(3),
            4,
            4,
            1 << 20,
            10_000);

    public SyncSettings withNoProgress(Duration limit) {
        return new SyncSettings(
                pollInterval,
                pollIntervalWithoutSocket,
                firstRetry,
                longestRetry,
                refusedRetry,
                limit,
                temporaryQuiet,
                parallelUploads,
                parallelDownloads,
                alongBytes,
                waitingDownloads);
    }

    public SyncSettings withPollIntervals(Duration withSocket, Duration withoutSocket) {
        return new SyncSettings(
                withSocket,
                withoutSocket,
                firstRetry,
                longestRetry,
                refusedRetry,
                noProgress,
                temporaryQuiet,
                parallelUploads,
                parallelDownloads,
                alongBytes,
                waitingDownloads);
    }

    public SyncSettings withAlongBytes(long bytes) {
        return new SyncSettings(
                pollInterval,
                pollIntervalWithoutSocket,
                firstRetry,
                longestRetry,
                refusedRetry,
                noProgress,
                temporaryQuiet,
                parallelUploads,
                parallelDownloads,
                bytes,
                waitingDownloads);
    }
}
