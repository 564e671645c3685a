package io.tinysync.engine.device;

import io.tinysync.engine.device.HydrationResult.Failed;
import io.tinysync.engine.device.HydrationResult.Hydrated;
import io.tinysync.engine.device.HydrationResult.Reason;
import io.tinysync.engine.protocol.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Single downloads of contents into the content store. Holds no state. */
final class Downloads {

    /** How often bytes that are not the content are fetched again. */
    private static final int MAX_ATTEMPTS = 3;

    private final VaultParts parts;

    Downloads(VaultParts parts) {
        this.parts = parts;
    }

    /** When bytes last came, and the way to stop waiting for them. Thread-safe. */
    static final class Progress implements LongConsumer {

        private final LongSupplier clockMs;
        private volatile long lastMs;
        private volatile @Nullable CompletionStage<?> transfer;

        Progress(LongSupplier clockMs) {
            this.clockMs = clockMs;
            this.lastMs = clockMs.getAsLong();
        }

        @Override
        public void accept(long bytes) {
            lastMs = clockMs.getAsLong();
        }

        /** For how long nothing came, in ms. */
        long stillMs() {
            return clockMs.getAsLong() - lastMs;
        }

        void waitsFor(CompletionStage<?> stage) {
            transfer = stage;
        }

        /** Ends the transfer, as far as the server port lets it be ended. */
        void giveUp() {
            CompletionStage<?> stage = transfer;
            if (stage != null) {
                stage.toCompletableFuture().cancel(true);
            }
        }
    }

    /** Fetches a content, unless it is here already. */
    CompletionStage<HydrationResult> fetch(Content content, Progress progress) {
        return fetch(content, progress, 1);
    }

    private CompletionStage<HydrationResult> fetch(Content content, Progress progress, int attempt) {
        return parts.blockingly(() -> begin(content)).thenCompose(begun -> switch (begun) {
            case Begun.Here(Path file) -> parts.<HydrationResult>blockingly(() -> new Hydrated(file));
            case Begun.Room(var room) -> transfer(content, progress, room, attempt);
        });
    }

    private sealed interface Begun {
        record Here(Path file) implements Begun {}

        record Room(ContentStore.Download room) implements Begun {}
    }

    private Begun begin(Content content) {
        try {
            Optional<Path> here = parts.contents().find(content);
            return here.isPresent()
                    ? new Begun.Here(here.get())
                    : new Begun.Room(parts.contents().begin(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CompletionStage<HydrationResult> transfer(
            Content content, Progress progress, ContentStore.Download room, int attempt) {
        CompletionStage<Answers.Download> stage =
                parts.server().download(parts.vaultId(), content, room.path(), progress);
        progress.waitsFor(stage);
        return stage.thenApplyAsync(answer -> committed(content, answer, room), parts.blocking())
                .whenCompleteAsync((_, _) -> close(room), parts.blocking())
                .thenCompose(result -> isCorrupt(result) && attempt < MAX_ATTEMPTS
                        ? fetch(content, progress, attempt + 1)
                        : parts.blockingly(() -> result));
    }

    private static boolean isCorrupt(HydrationResult result) {
        return result instanceof Failed(Reason reason, var _) && reason == Reason.CORRUPT;
    }

    private HydrationResult committed(Content content, Answers.Download answer, ContentStore.Download room) {
        return switch (answer) {
            case Answers.Received(long bytes) -> {
                try {
                    yield room.commit()
                            ? new Hydrated(parts.contents().find(content).orElseThrow())
                            : new Failed(Reason.CORRUPT, bytes + " bytes came that are not " + content.sha256());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            case Answers.Missing _ -> new Failed(Reason.MISSING, "the server has no " + content.sha256());
            case Answers.Refused refused -> new Failed(Reason.REFUSED, refused.code() + ": " + refused.message());
        };
    }

    private static void close(ContentStore.Download room) {
        try {
            room.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
