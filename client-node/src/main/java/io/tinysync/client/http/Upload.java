package io.tinysync.client.http;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.UploadProgress;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;

/** One attempt to send a content: a small one whole, a larger one from where the server says that the last attempt has come to. */
final class Upload {

    /** Below this, asking first costs more than sending again does. */
    private static final long RESUMED_BYTES = 4L << 20;

    private final VaultId vaultId;
    private final Content content;
    private final Path file;

    Upload(VaultId vaultId, Content content, Path file) {
        this.vaultId = vaultId;
        this.content = content;
        this.file = file;
    }

    Answers.Upload send(Calls.Call call) throws IOException, InterruptedException {
        return content.size() < RESUMED_BYTES ? sendWhole(call) : resume(call);
    }

    private Answers.Upload sendWhole(Calls.Call call) throws IOException, InterruptedException {
        HttpRequest.Builder put =
                call.address().blob(vaultId, content.sha256()).header("Content-Type", "application/octet-stream");
        try (Reply reply = call.send(Transfer.sending(put, content, file, call.guard()))) {
            return reply.isSuccess() ? new Answers.Stored() : Reply.refused(reply.problem());
        }
    }

    private Answers.Upload resume(Calls.Call call) throws IOException, InterruptedException {
        HttpRequest.Builder ask = call.address()
                .upload(vaultId, content.sha256())
                .header("Upload-Length", String.valueOf(content.size()))
                .GET();
        try (Reply reply = call.send(ask)) {
            if (!reply.isSuccess()) {
                return Reply.refused(reply.problem());
            }
            UploadProgress progress = reply.read(UploadProgress.class);
            if (progress.stored()) {
                return new Answers.Stored();
            }
            if (progress.offset() > content.size()) {
                throw new UnknownOutcomeException(
                        "the server has " + progress.offset() + " bytes of " + content.size());
            }
            return sendFrom(progress.offset(), call);
        }
    }

    private Answers.Upload sendFrom(long offset, Calls.Call call) throws IOException, InterruptedException {
        HttpRequest.Builder patch = call.address()
                .upload(vaultId, content.sha256())
                .header("Content-Type", "application/octet-stream")
                .header("Upload-Offset", String.valueOf(offset))
                .header("Upload-Length", String.valueOf(content.size()));
        try (Reply reply = call.send(Transfer.sendingFrom(offset, patch, content, file, call.guard()))) {
            return reply.isSuccess() ? stored(reply.read(UploadProgress.class)) : refused(reply);
        }
    }

    private Answers.Upload stored(UploadProgress progress) throws UnknownOutcomeException {
        if (!progress.stored()) {
            throw new UnknownOutcomeException("the server has " + progress.offset() + " bytes of " + content.size());
        }
        return new Answers.Stored();
    }

    /** That an upload stands elsewhere says nothing against the content: the next attempt asks where. */
    private static Answers.Upload refused(Reply reply) throws IOException {
        Answers.Refused refused = Reply.refused(reply.problem());
        return switch (refused.code()) {
            case OFFSET_MISMATCH -> throw new UnknownOutcomeException(refused.message());
            default -> refused;
        };
    }
}
