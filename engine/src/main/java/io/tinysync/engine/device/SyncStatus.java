package io.tinysync.engine.device;

import java.util.ArrayList;
import java.util.List;

/**
 * How one attached vault stands, at one instant.
 *
 * @param state in one word
 * @param cursorSeq of the last entry applied
 * @param headSeq the highest that the server has told
 * @param pendingOps not yet acknowledged
 * @param pendingBytes of the contents that they give
 * @param oldestUnsyncedMs clock time, in ms since 1970, of the oldest pending act; 0 where there is none
 * @param conflicts conflict copies in the tree, whoever made them; counted up to 1,000, as the next two
 * @param localOnly files whose names keep them on this device
 * @param held files whose bytes from before an unclean stop wait for a person
 * @param readOnly whether access was lost
 * @param errors what is in the way, one sentence each; of items the first {@link #MAX_ERRORS}, and then how many more there are
 */
public record SyncStatus(
        State state,
        long cursorSeq,
        long headSeq,
        long pendingOps,
        long pendingBytes,
        long oldestUnsyncedMs,
        long conflicts,
        long localOnly,
        long held,
        boolean readOnly,
        List<String> errors) {

    /** A list for people, not for programs: ten say enough. */
    public static final int MAX_ERRORS = 10;

    public SyncStatus {
        errors = List.copyOf(errors);
    }

    /** The same, with something more that needs a person. */
    public SyncStatus withTrouble(String sentence) {
        List<String> more = new ArrayList<>(errors);
        more.add(sentence);
        return new SyncStatus(
                State.ERROR,
                cursorSeq,
                headSeq,
                pendingOps,
                pendingBytes,
                oldestUnsyncedMs,
                conflicts,
                localOnly,
                held,
                readOnly,
                more);
    }

    /** A vault's state in one word; lower case in JSON. */
    public enum State {
        /** Nothing to do, and the server was reached lately. */
        IDLE,
        SYNCING,
        /** The server is not reached; repeated with backoff. */
        OFFLINE,
        /** Something needs a person. */
        ERROR
    }
}
