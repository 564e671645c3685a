package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which blobs a device may name in a vault: those that an entry names, and those whose bytes it has sent there. */
final class SentBlobs {

    /** A blob that a device sent. */
    private record Sending(DeviceId device, Sha256 sha256) {}

    /** How many bytes it has, and the number of the event by which it was there for certain; none before. */
    private record Blob(long sizeBytes, long storedAt) {}

    private static final long NOT_YET = Long.MAX_VALUE;

    private final Map<Sending, Blob> sent = new HashMap<>();
    private final Map<Sha256, Blob> named = new HashMap<>();

    void sending(DeviceId device, Sha256 sha256, long sizeBytes) {
        sent.putIfAbsent(new Sending(device, sha256), new Blob(sizeBytes, NOT_YET));
    }

    /** The server has said that it has it. */
    void stored(DeviceId device, Sha256 sha256, long sizeBytes, long event) {
        sent.merge(
                new Sending(device, sha256),
                new Blob(sizeBytes, event),
                (known, now) -> known.storedAt() == NOT_YET ? now : known);
    }

    void named(Entry entry) {
        Item item = entry.item();
        Content content = item == null ? null : item.content();
        if (content != null) {
            named.putIfAbsent(content.sha256(), new Blob(content.size(), entry.seq()));
        }
    }

    /** The blobs that the op may have been allowed to name, as an evaluation wants them. */
    Map<Sha256, Long> perhapsHeld(DeviceId device, Op op) {
        return content(op)
                .map(Content::sha256)
                .flatMap(sha256 -> Optional.ofNullable(named.get(sha256))
                        .or(() -> Optional.ofNullable(sent.get(new Sending(device, sha256))))
                        .map(blob -> Map.of(sha256, blob.sizeBytes())))
                .orElse(Map.of());
    }

    /**
     * Whether the blob that the op names was there beyond doubt when its request was sent.
     *
     * @param event the request's number among the events
     * @param seenSeq an entry up to which was known to somebody by then
     */
    boolean certainlyHeld(DeviceId device, Op op, long event, long seenSeq) {
        return content(op)
                .map(Content::sha256)
                .map(sha256 -> isBy(sent.get(new Sending(device, sha256)), event) || isBy(named.get(sha256), seenSeq))
                .orElse(false);
    }

    private static boolean isBy(@Nullable Blob blob, long limit) {
        return blob != null && blob.storedAt() <= limit;
    }

    private static Optional<Content> content(Op op) {
        return switch (op) {
            case Op.CreateFile create -> Optional.of(create.content());
            case Op.UpdateContent update -> Optional.of(update.content());
            case Op.CreateFolder _,
                    Op.CreateSymlink _,
                    Op.MoveRename _,
                    Op.SetMetadata _,
                    Op.Delete _,
                    Op.DeleteSubtree _,
                    Op.Restore _ -> Optional.empty();
        };
    }
}
