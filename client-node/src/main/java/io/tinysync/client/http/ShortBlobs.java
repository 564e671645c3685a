package io.tinysync.client.http;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.protocol.BatchWithBlobs;
import io.tinysync.engine.protocol.BlobFrames;
import io.tinysync.engine.protocol.BlobResult;
import io.tinysync.engine.protocol.BlobsReply;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.ReadBlobs;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.List;

/** One attempt to send or to fetch blobs of few bytes, several in one request. */
final class ShortBlobs {

    private final VaultId vaultId;

    ShortBlobs(VaultId vaultId) {
        this.vaultId = vaultId;
    }

    Answers.ShortUploads send(Calls.Call call, List<ShortBlob> blobs) throws IOException, InterruptedException {
        HttpRequest.Builder post = call.address()
                .blobs(vaultId)
                .header("Content-Type", BlobFrames.MEDIA_TYPE)
                .POST(Transfer.body(BlobFrames.encode(blobs), call.guard()));
        try (Reply reply = call.send(post)) {
            return reply.isSuccess()
                    ? new Answers.Taken(results(blobs, reply.read(BlobsReply.class)))
                    : Reply.refused(reply.problem());
        }
    }

    private static List<BlobResult> results(List<ShortBlob> blobs, BlobsReply reply) throws UnknownOutcomeException {
        List<Sha256> named = reply.results().stream().map(BlobResult::sha256).toList();
        if (!named.equals(blobs.stream().map(ShortBlob::sha256).toList())) {
            throw new UnknownOutcomeException("the results are not those of the blobs that were sent");
        }
        return reply.results();
    }

    /** Completes a POST of a batch, with blobs that go along if there are any. */
    static HttpRequest.Builder along(
            HttpRequest.Builder post, MutationsRequest request, List<ShortBlob> blobs, StallGuard guard) {
        byte[] batch = Json.write(request);
        return blobs.isEmpty()
                ? post.header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(batch))
                : post.header("Content-Type", BatchWithBlobs.MEDIA_TYPE)
                        .POST(Transfer.body(new BatchWithBlobs(ByteBuffer.wrap(batch), blobs).encode(), guard));
    }

    /** Those that the server sends together. */
    List<ShortBlob> fetch(Calls.Call call, List<Content> contents) throws IOException, InterruptedException {
        List<Sha256> wanted = contents.stream().map(Content::sha256).distinct().toList();
        HttpRequest.Builder post = call.address()
                .readBlobs(vaultId)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(new ReadBlobs(wanted))));
        try (Reply reply = call.send(post)) {
            if (!reply.isSuccess()) {
                throw new UnknownOutcomeException(Reply.refused(reply.problem()).message());
            }
            return BlobFrames.decode(ByteBuffer.wrap(reply.body()));
        }
    }
}
