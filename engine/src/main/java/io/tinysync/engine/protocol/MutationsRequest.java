package io.tinysync.engine.protocol;

import java.util.List;

/**
 * Ops of one device for one vault, in the order in which they happened on its drive.
 *
 * @param cursor the device's position; a server of another history evaluates nothing
 * @param requestNo rises with every request of this device to this vault, repeats included
 * @param ops 1 to {@link Limits#MAX_BATCH}
 */
public record MutationsRequest(Cursor cursor, long requestNo, List<Op> ops) {
    public MutationsRequest {
        Require.present(cursor, "cursor");
        Require.natural(requestNo, "request_no");
        ops = List.copyOf(Require.present(ops, "ops"));
        if (ops.isEmpty() || ops.size() > Limits.MAX_BATCH) {
            throw new IllegalArgumentException(
                    "ops has " + ops.size() + " elements, it must have 1 to " + Limits.MAX_BATCH);
        }
    }
}
