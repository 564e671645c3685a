package io.tinysync.engine.tree;

import static io.tinysync.engine.protocol.RejectionCode.BLOB_MISSING;
import static io.tinysync.engine.protocol.RejectionCode.QUOTA_EXCEEDED;
import static io.tinysync.engine.protocol.RejectionCode.TOO_LARGE;
import static io.tinysync.engine.tree.Refusals.refuse;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Item;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What may be added to a tree: the limit of files, the vault's quotas, a blob that is held. */
final class ContentRules {

    private final long liveItems;
    private final long liveBytes;
    private final Evaluation evaluation;

    ContentRules(long liveItems, long liveBytes, Evaluation evaluation) {
        this.liveItems = liveItems;
        this.liveBytes = liveBytes;
        this.evaluation = evaluation;
    }

    /** Whether a file may hold this instead of what it held before. */
    Optional<Decision> content(@Nullable Content content, @Nullable Item before) {
        if (content == null) {
            return Optional.empty();
        }
        long limit = evaluation.limits().maxFileBytes();
        Supplier<String> size = () -> "the file is " + content.size() + " bytes, the limit is " + limit;
        return refuse(content.size() > limit, TOO_LARGE, size, before)
                .or(() -> quota(content.size() - (before == null ? 0 : LiveItems.bytesOf(before)), before))
                .or(() -> blob(content, before));
    }

    /** Whether the vault may grow by so many bytes; what does not grow it is never refused. */
    Optional<Decision> quota(long addedBytes, @Nullable Item current) {
        long quota = evaluation.limits().quotaBytes();
        long total = liveBytes + addedBytes;
        boolean over = quota > 0 && addedBytes > 0 && total > quota;
        return refuse(
                over, QUOTA_EXCEEDED, () -> "the vault would hold " + total + " bytes, its quota is " + quota, current);
    }

    /** Whether the vault may have so many items more. */
    Optional<Decision> items(long added, @Nullable Item current) {
        long quota = evaluation.limits().quotaItems();
        long total = liveItems + added;
        return refuse(
                quota > 0 && total > quota,
                QUOTA_EXCEEDED,
                () -> "the vault would hold " + total + " items, its quota is " + quota,
                current);
    }

    private Optional<Decision> blob(Content content, @Nullable Item current) {
        Long held = evaluation.heldBlobs().get(content.sha256());
        if (held == null) {
            return refuse(true, BLOB_MISSING, () -> "no blob " + content.sha256() + " was sent here", current);
        }
        Supplier<String> sizes = () -> "blob " + content.sha256() + " has " + held + " bytes, not " + content.size();
        return refuse(held != content.size(), BLOB_MISSING, sizes, current);
    }
}
