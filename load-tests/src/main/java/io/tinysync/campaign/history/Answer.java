package io.tinysync.campaign.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.SnapshotTrailer;
import io.tinysync.engine.protocol.VaultStatus;
import java.util.List;

/** What became of a request, as its client saw it; nothing here was checked. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Answer.Results.class, name = "results"),
    @JsonSubTypes.Type(value = Answer.Page.class, name = "page"),
    @JsonSubTypes.Type(value = Answer.Status.class, name = "status"),
    @JsonSubTypes.Type(value = Answer.Snapshot.class, name = "snapshot"),
    @JsonSubTypes.Type(value = Answer.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Answer.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = Answer.Lost.class, name = "lost")
})
public sealed interface Answer {

    /** To {@link Question.Mutations}. */
    record Results(MutationsReply body) implements Answer {}

    /** To {@link Question.ReadLog}. */
    record Page(LogPage body) implements Answer {}

    /** To {@link Question.ReadHead}. */
    record Status(VaultStatus body) implements Answer {}

    /**
     * To {@link Question.ReadSnapshot}, all of it.
     *
     * @param read the SHA-256 that the client found of all bytes before the trailer
     */
    record Snapshot(SnapshotHeader header, List<Item> items, SnapshotTrailer trailer, Sha256 read) implements Answer {
        public Snapshot {
            items = List.copyOf(items);
        }
    }

    /** To {@link Question.SendBlob}. */
    record Done() implements Answer {}

    /** A problem document instead of what was asked for. */
    record Refused(Problem problem) implements Answer {}

    /** No answer that could be understood: whether the request took effect is unknown. */
    record Lost(String reason) implements Answer {}
}
