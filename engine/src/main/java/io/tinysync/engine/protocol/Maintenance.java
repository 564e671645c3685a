package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of what an administrator has the server do with its blobs. */
public final class Maintenance {

    private Maintenance() {}

    /** Asks for a run of the collection. */
    public record CollectRequest(boolean dryRun) {}

    /** Asks for a verification. */
    public record VerifyRequest() {}

    /** What a run did, or would do, see the decision record on collection. */
    public record CollectReport(
            boolean dryRun,
            long stored,
            long storedBytes,
            long condemned,
            long condemnedBytes,
            long spared,
            long deleted) {}

    /**
     * A blob that is not as it should be.
     *
     * @param vaults those that name it
     */
    public record Damage(Sha256 sha256, List<VaultId> vaults, String problem) {}

    /**
     * What a verification found.
     *
     * @param blobs how many were read
     * @param damaged how many are missing or wrong; {@code damages} names the first of them
     */
    public record VerifyReport(long blobs, long bytes, long damaged, List<Damage> damages) {}

    /** How a run stands. */
    public enum JobState {
        /** None was started since the server was. */
        @JsonProperty("none")
        NONE,
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("done")
        DONE,
        @JsonProperty("failed")
        FAILED
    }

    /** The newest run of the collection. */
    public record CollectStatus(
            JobState state,
            @Nullable CollectReport report,
            @Nullable String failure) {}

    /** The newest verification. */
    public record VerifyStatus(
            JobState state,
            @Nullable VerifyReport report,
            @Nullable String failure) {}
}
