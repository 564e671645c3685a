package io.tinysync.campaign.check;

import io.tinysync.campaign.check.Violation.Kind;
import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.VaultStatus;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** Goes through the events of one vault in their order, beside the vault's final log. */
final class VaultChecker {

    private final FinalLogIndex index;
    private final Findings findings;
    private final Senders senders;
    private final Replay replay;
    private final Seen seen;
    private final MutationChecks mutations;
    private final ReadChecks reads;
    private final Map<Long, OpenRequest> open = new HashMap<>();

    /** @param log the entries that the index was made of, once more */
    VaultChecker(VaultStatus vault, FinalLogIndex index, Iterator<Entry> log, Findings findings) {
        this.index = index;
        this.findings = findings;
        this.senders = Senders.to(index);
        this.replay = new Replay(index, log, vault, senders, findings);
        this.seen = new Seen(index, replay, findings);
        this.mutations = new MutationChecks(index, replay, senders, seen, findings);
        this.reads = new ReadChecks(index, replay, seen, findings);
    }

    /** @param event its number among all events */
    void asked(HistoryEvent.Asked asked, long event) {
        DeviceId device = asked.device();
        OpenRequest request = new OpenRequest(
                asked,
                event,
                seen.seq(),
                reads.given(device),
                senders.numbers().highestAsked(device),
                senders.numbers().highestAnswered(device));
        open.put(asked.request(), request);
        switch (asked.question()) {
            case Question.Mutations(var body) -> mutations.asked(request, body);
            case Question.SendBlob(var sha256, long sizeBytes) ->
                senders.blobs().sending(device, sha256, sizeBytes);
            case Question.ReadLog _, Question.ReadHead _, Question.ReadSnapshot _ -> {}
        }
    }

    void answered(HistoryEvent.Answered answered, long event) {
        OpenRequest request = open.get(answered.request());
        if (request != null) {
            answer(request, answered.answer(), event);
            givenUp(answered.request());
        }
    }

    /** No answer to this request can come any more. */
    void givenUp(long request) {
        open.remove(request);
        replay.forgetBefore(
                open.values().stream().mapToLong(OpenRequest::seenSeq).min().orElse(seen.seq()));
    }

    private void answer(OpenRequest request, Answer answer, long event) {
        switch (answer) {
            case Answer.Results(var body)
            when request.asked().question() instanceof Question.Mutations(var asked) ->
                mutations.answered(request, asked, body.results());
            case Answer.Page(var page)
            when request.asked().question() instanceof Question.ReadLog(var after, int _) ->
                reads.page(request, after, page);
            case Answer.Status(var status) -> reads.head(request, status);
            case Answer.Snapshot snapshot -> reads.snapshot(request, snapshot);
            case Answer.Refused(var problem)
            when request.asked().question() instanceof Question.Mutations(var asked) ->
                mutations.refused(request, asked, problem);
            case Answer.Refused(var problem)
            when request.asked().question() instanceof Question.ReadLog(var after, int _) ->
                reads.refused(request, after, problem);
            case Answer.Done()
            when request.asked().question() instanceof Question.SendBlob(var sha256, long sizeBytes) ->
                senders.blobs().stored(request.device(), sha256, sizeBytes, event);
            case Answer.Results _, Answer.Page _, Answer.Refused _, Answer.Done _, Answer.Lost _ -> {}
        }
    }

    void finalTree(HistoryEvent.FinalTree tree) {
        finishLog();
        String device = "device " + tree.device();
        if (!tree.cursor().equals(index.head())) {
            findings.add(
                    Kind.TREE_DIFFERS,
                    tree.cursor().seq(),
                    null,
                    device + " ended at " + tree.cursor() + ", the log at " + index.head());
        } else if (replay.isUsable()) {
            Snapshots.difference(replay.head().tree(), tree.items())
                    .ifPresent(difference -> findings.add(
                            Kind.TREE_DIFFERS, index.head().seq(), null, "the tree of " + device + ": " + difference));
        }
    }

    private void finishLog() {
        replay.reach(index.head().seq());
        replay.forgetBefore(index.head().seq());
    }

    void finish() {
        finishLog();
        mutations.finish();
    }
}
