package io.tinysync.campaign.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import java.util.List;

/** One line of a history. The order of the lines is that of time: who asks is noted before it asks, and after it was answered. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = HistoryEvent.VaultUsed.class, name = "vault_used"),
    @JsonSubTypes.Type(value = HistoryEvent.Asked.class, name = "asked"),
    @JsonSubTypes.Type(value = HistoryEvent.Answered.class, name = "answered"),
    @JsonSubTypes.Type(value = HistoryEvent.FinalLog.class, name = FinalLogs.NAME),
    @JsonSubTypes.Type(value = HistoryEvent.FinalTree.class, name = "final_tree")
})
public sealed interface HistoryEvent {

    /** A vault, before anybody in this history asks anything of it: still empty, with its name policy and limits. */
    record VaultUsed(VaultStatus status) implements HistoryEvent {}

    /**
     * A request that is about to be sent.
     *
     * @param atNs since the history began, on a clock that never goes back
     * @param request its number in this history, from 1
     * @param client who sends it; a client that asks again has given up waiting for what it asked before
     * @param node the URL of the node that it is sent to
     */
    record Asked(long atNs, long request, String client, DeviceId device, VaultId vault, String node, Question question)
            implements HistoryEvent {}

    /**
     * The end of a request.
     *
     * @param request its number
     */
    record Answered(long atNs, long request, Answer answer) implements HistoryEvent {}

    /** A page of the whole log, read when nobody wrote any more: from seq 1 or from the oldest that is kept, in order. */
    record FinalLog(VaultId vault, LogPage page) implements HistoryEvent {}

    /** All live items that a device shows at the end, in any order, and its cursor; after the vault's log. */
    record FinalTree(VaultId vault, DeviceId device, Cursor cursor, List<Item> items) implements HistoryEvent {
        public FinalTree {
            items = List.copyOf(items);
        }
    }
}
