package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Drive;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bytes that a request needs on this device.
 *
 * @param handle empty where the file is not open: then it is not known beforehand what is needed
 */
record Need(OptionalLong handle, long offset, long bytes) {

    /** What a message needs, if it may need anything; reads the message's arguments. */
    static Optional<Need> of(Opcode opcode, Request request) {
        return switch (opcode) {
            case READ -> {
                long handle = request.int64();
                long offset = request.int64();
                yield Optional.of(new Need(OptionalLong.of(handle), offset, request.int32()));
            }
            case WRITE -> Optional.of(whole(OptionalLong.of(request.int64())));
            case SETATTR -> ofSetattr(request);
            default -> Optional.empty();
        };
    }

    /** Cutting to nothing needs nothing. */
    private static Optional<Need> ofSetattr(Request request) {
        int valid = request.int32();
        request.skip(Integer.BYTES);
        long handle = request.int64();
        boolean resizes = (valid & InodeRequests.SIZE) != 0 && request.int64() != 0;
        boolean open = (valid & InodeRequests.HANDLE) != 0;
        return resizes ? Optional.of(whole(open ? OptionalLong.of(handle) : OptionalLong.empty())) : Optional.empty();
    }

    private static Need whole(OptionalLong handle) {
        return new Need(handle, 0, Long.MAX_VALUE);
    }

    boolean mustWait(Drive drive) {
        return handle.isEmpty() || drive.mustFetch(handle.getAsLong(), offset, bytes);
    }

    void await(Drive drive) {
        if (handle.isPresent()) {
            drive.fetch(handle.getAsLong(), offset, bytes);
        }
    }
}
