package io.tinysync.engine.device;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The server as one registered device reaches it. Every call makes one attempt; retries with backoff are the actors' matter. A
 * stage that fails means <em>unknown</em> (the network, a server that is down or shedding load: 5xx, 429) and is never read as
 * an absence. Stages may complete on any thread. Nothing is held in memory beyond one page or one buffer.
 */
public interface ServerPort {

    /** A page of the log after a cursor, its chain checked against it. */
    CompletionStage<Answers.Log> log(VaultId vaultId, Cursor after, int limit);

    /**
     * Streams a snapshot into the sink, one piece after the other, and completes after its trailer was checked against what was
     * streamed. A failed or refused snapshot leaves the sink with pieces that must not be used.
     */
    CompletionStage<Answers.Snapshot> snapshot(VaultId vaultId, SnapshotSink sink);

    /**
     * Asks for ops to take effect.
     *
     * @param blobs that go along, so that the ops can name them; as many as in {@link #uploadShort}, or none. One that is not taken
     *     is missing to its op
     */
    CompletionStage<Answers.Mutations> mutations(VaultId vaultId, MutationsRequest request, List<ShortBlob> blobs);

    /** Sends a content from a file. Idempotent. */
    CompletionStage<Answers.Upload> upload(VaultId vaultId, Content content, Path file);

    /**
     * Sends short blobs in one request; each is taken or refused by itself. Idempotent.
     *
     * @param blobs at most {@link io.tinysync.engine.protocol.BlobFrames#MAX_FRAMES}, of fewer bytes together than
     *     {@link io.tinysync.engine.protocol.BlobFrames#MAX_BODY_BYTES}
     */
    CompletionStage<Answers.ShortUploads> uploadShort(VaultId vaultId, List<ShortBlob> blobs);

    /** The hashes of a content's leaves, as the server has them: as many as its size makes, and otherwise unchecked. */
    CompletionStage<Answers.LeafList> leaves(VaultId vaultId, Content content);

    /**
     * Fetches a part of a content into the sink, in order. The stage completes after the last byte, or as soon as the sink wants no
     * more; it fails if the server sends another length. What the bytes are is the caller's to check.
     */
    CompletionStage<Answers.Download> download(VaultId vaultId, Content content, BlobRange range, ByteSink into);

    /**
     * Fetches contents of at most {@link io.tinysync.engine.protocol.BlobFrames#MAX_BLOB_BYTES} in one request, where that suits the
     * server: what does not come may be asked for by itself. What the bytes are is the caller's to check.
     *
     * @param contents at most {@link io.tinysync.engine.protocol.BlobFrames#MAX_FRAMES}
     */
    CompletionStage<List<ShortBlob>> readShort(VaultId vaultId, List<Content> contents);

    /**
     * Listens for wakes of all vaults that this device reaches, reconnecting by itself with backoff, until the subscription is
     * closed.
     */
    WakeSubscription wakes(WakeListener listener);
}
