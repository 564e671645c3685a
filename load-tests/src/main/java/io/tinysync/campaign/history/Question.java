package io.tinysync.campaign.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Sha256;

/** What a device asks of a vault. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Question.Mutations.class, name = "mutations"),
    @JsonSubTypes.Type(value = Question.ReadLog.class, name = "read_log"),
    @JsonSubTypes.Type(value = Question.ReadHead.class, name = "read_head"),
    @JsonSubTypes.Type(value = Question.ReadSnapshot.class, name = "read_snapshot"),
    @JsonSubTypes.Type(value = Question.SendBlob.class, name = "send_blob")
})
public sealed interface Question {

    /** {@code POST …/mutations}. */
    record Mutations(MutationsRequest body) implements Question {}

    /** {@code GET …/log}. */
    record ReadLog(Cursor after, int limit) implements Question {}

    /** {@code GET /v1/vaults/{vault_id}}. */
    record ReadHead() implements Question {}

    /** {@code GET …/snapshot}. */
    record ReadSnapshot() implements Question {}

    /**
     * {@code PUT …/blobs/{sha256}}.
     *
     * @param sizeBytes of the bytes sent, whose hash is {@code sha256}
     */
    record SendBlob(Sha256 sha256, long sizeBytes) implements Question {}
}
