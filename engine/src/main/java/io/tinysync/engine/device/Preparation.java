package io.tinysync.engine.device;

import io.tinysync.engine.device.HydrationResult.Failed;
import io.tinysync.engine.device.HydrationResult.Reason;
import io.tinysync.engine.device.core.Pieces;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Leaves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * What precedes the first byte of a content: the end of its being fetched ahead, a look whether it is here, room for it, and the list of its
 * leaves.
 */
final class Preparation {

    /** How a content is fetched. */
    enum Check {
        /** Leaf by leaf, by the list that is here from an earlier attempt, or the server's. */
        BY_LEAVES,
        /** Leaf by leaf, by the server's list as it is now. */
        BY_NEW_LEAVES,
        /** By the hash of the whole alone: the last resort, where the server's list may be wrong. */
        BY_WHOLE
    }

    /** What came of it. */
    sealed interface Prepared {
        /** It is here. */
        record Here(Path file) implements Prepared {}

        /** It can be fetched; the pieces are here already. */
        record Ready(LeafStream.Target target, Pieces pieces) implements Prepared {}

        /** It cannot. */
        record Refused(Failed why) implements Prepared {}
    }

    private final VaultParts parts;
    private final AheadFetches ahead;

    Preparation(VaultParts parts) {
        this.parts = parts;
        this.ahead = new AheadFetches(parts);
    }

    /** Begins to fetch small contents, none of which is being prepared or fetched now. */
    void fetchAhead(Stream<Content> contents) {
        ahead.fetch(contents.toList());
    }

    CompletionStage<Prepared> prepare(Content content, Check check) {
        return ahead.ended(content)
                .thenApplyAsync(_ -> begin(content, check), parts.blocking())
                .thenCompose(begun -> begun.isReady(content)
                        ? parts.blockingly(() -> begun.ready(content))
                        : parts.server()
                                .leaves(parts.vaultId(), content)
                                .thenApplyAsync(answer -> begun.listed(content, answer), parts.blocking())
                                .whenComplete((_, failure) -> begun.closeIf(failure != null)));
    }

    private Begun begin(Content content, Check check) {
        try {
            Optional<Path> here = parts.contents().find(content);
            if (here.isPresent()) {
                return new Begun(here, Optional.empty(), check);
            }
            ContentStore.Partial partial = parts.contents().begin(content);
            if (check != Check.BY_LEAVES) {
                partial.discard();
            }
            return new Begun(Optional.empty(), Optional.of(partial), check);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A content that is here, or room for it. */
    private record Begun(Optional<Path> here, Optional<ContentStore.Partial> partial, Check check) {

        /** A content of one leaf is that leaf: its own hash is the list. */
        boolean isReady(Content content) {
            return here.isPresent()
                    || check == Check.BY_WHOLE
                    || content.size() <= Leaves.LEAF_BYTES
                    || partial.orElseThrow().leaves().isPresent();
        }

        Prepared ready(Content content) {
            if (here.isPresent()) {
                return new Prepared.Here(here.get());
            }
            Optional<Leaves> kept = partial.orElseThrow().leaves();
            return kept.isPresent() ? by(kept.get()) : byWhole(content);
        }

        private Prepared byWhole(Content content) {
            Pieces none = Pieces.none(content.size());
            return new Prepared.Ready(new LeafStream.Target(partial.orElseThrow(), Optional.empty(), none), none);
        }

        private Prepared by(Leaves leaves) {
            try {
                Pieces pieces = partial.orElseThrow().goBy(leaves);
                return new Prepared.Ready(new LeafStream.Target(partial.get(), Optional.of(leaves), pieces), pieces);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Prepared listed(Content content, Answers.LeafList answer) {
            return switch (answer) {
                case Answers.Listed(Leaves leaves) -> by(leaves);
                case Answers.Missing _ -> refused(new Failed(Reason.MISSING, missing(content)));
                case Answers.Refused refusal -> refused(refusedBy(refusal));
            };
        }

        private Prepared refused(Failed why) {
            closeIf(true);
            return new Prepared.Refused(why);
        }

        void closeIf(boolean done) {
            if (done && partial.isPresent()) {
                close(partial.get());
            }
        }
    }

    static String missing(Content content) {
        return "the server has no " + content.sha256();
    }

    static Failed refusedBy(Answers.Refused refused) {
        return new Failed(Reason.REFUSED, refused.code() + ": " + refused.message());
    }

    static void close(ContentStore.Partial partial) {
        close(partial, false);
    }

    /** Lets a partial content go; what came of a spoiled one is not kept. */
    static void close(ContentStore.Partial partial, boolean spoiled) {
        try {
            if (spoiled) {
                partial.discard();
            }
            partial.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
