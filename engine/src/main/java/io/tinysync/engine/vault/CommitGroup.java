package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.vault.core.ChainedEntry;
import io.tinysync.engine.vault.core.VaultCore;
import io.tinysync.engine.vault.core.VaultEvent;
import io.tinysync.engine.vault.core.VaultOutcome;
import io.tinysync.engine.vault.core.VaultState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The requests that one commit takes, evaluated: each on the state that the one before left. Nothing is told to anyone before
 * what it rests on is proven:
 *
 * <ul>
 *   <li>answers with events of their own rest on the commit of the group's events;
 *   <li>answers to submissions of which no op took effect now rest on the record of their request number;
 *   <li>everything else rests on any proof that this incarnation is at the journal's head: the commit, the record, or a read.
 * </ul>
 */
final class CommitGroup {

    private VaultCore core;
    private final Instant now;
    private final List<VaultEvent.EntryCommitted> events = new ArrayList<>();
    private final List<String> traceparents = new ArrayList<>();
    private final Map<DeviceId, Long> numbers = new HashMap<>();
    private final List<VaultCommand.Submit> chainNeeded = new ArrayList<>();
    private final Map<VaultCommand.Submit, Set<OpId>> opsNeeded = new LinkedHashMap<>();
    private final Answers onCommit = new Answers();
    private final Answers onRecord = new Answers();
    private final Answers onProof = new Answers();
    private VaultState state;

    CommitGroup(VaultCore core, VaultState state, Instant now, List<VaultCommand.Request> requests) {
        this.core = core;
        this.state = state;
        this.now = now;
        requests.forEach(this::evaluate);
    }

    /** To be written as one unit. */
    List<VaultEvent.EntryCommitted> events() {
        return events;
    }

    /** What the events add to the log. */
    List<ChainedEntry> entries() {
        return events.stream().map(VaultEvent.EntryCommitted::chained).toList();
    }

    /** What its events are a part of. */
    CommitTrace trace() {
        return new CommitTrace(now, traceparents);
    }

    /** To be recorded beside the journal. */
    Map<DeviceId, Long> numbers() {
        return numbers;
    }

    /** Not evaluated: their cursors are older than the state's memory. */
    List<VaultCommand.Submit> chainNeeded() {
        return chainNeeded;
    }

    /** Not evaluated: they name ops that the state does not remember. */
    Map<VaultCommand.Submit, Set<OpId>> opsNeeded() {
        return opsNeeded;
    }

    /** What decides after the group. */
    VaultCore core() {
        return core;
    }

    /** The state after the group. */
    VaultState state() {
        return state;
    }

    /** Whether there is anything left that waits for a proof. */
    boolean needsProof() {
        return !onProof.isEmpty();
    }

    void committed() {
        onCommit.send();
        onProof.send();
    }

    void recorded() {
        onRecord.send();
        onProof.send();
    }

    void proven() {
        onProof.send();
    }

    /** Answers whatever is not answered yet. */
    void refuse(String reason) {
        onCommit.refuse(reason);
        onRecord.refuse(reason);
        onProof.refuse(reason);
    }

    private void evaluate(VaultCommand.Request request) {
        switch (request) {
            case VaultCommand.Submit submit -> submit(submit);
            case VaultCommand.Locate _ -> throw new IllegalStateException("answered before");
            case VaultCommand.BeginEpoch begin -> beginEpoch(begin);
            case VaultCommand.Purge purge -> purge(purge);
            case VaultCommand.ReadState read ->
                onProof.add(read, () -> read.replyTo().tell(new StateReply.Read(state)));
            case VaultCommand.Describe describe ->
                onProof.add(describe, () -> describe.replyTo().tell(new HeadReply.Described(head())));
            case VaultCommand.SetLimits set -> {
                core = core.limitedBy(set.limits(), set.revision());
                onProof.add(set, () -> set.replyTo().tell(new LimitsReply.Set()));
            }
            case VaultCommand.ReadTree read ->
                onProof.add(read, () -> read.replyTo().tell(new TreeReply.Read(state.cursor(), state.tree())));
        }
    }

    private void submit(VaultCommand.Submit submit) {
        switch (core.decide(state, submit.submission(), now)) {
            case VaultOutcome.Answered answered -> answered(submit, answered);
            case VaultOutcome.Diverged() ->
                onProof.add(submit, () -> submit.replyTo().tell(new SubmitReply.Diverged()));
            case VaultOutcome.Rewound(long highest) ->
                onProof.add(submit, () -> submit.replyTo().tell(new SubmitReply.Rewound(highest)));
            case VaultOutcome.ChainNeeded needed -> chainNeeded.add(submit);
            case VaultOutcome.OpsNeeded(var ops) -> opsNeeded.put(submit, ops);
        }
    }

    private void answered(VaultCommand.Submit submit, VaultOutcome.Answered answered) {
        state = answered.next();
        events.addAll(answered.events());
        MutationsReply reply = answered.reply();
        Runnable answer = () -> submit.replyTo().tell(new SubmitReply.Answered(reply));
        if (answered.events().isEmpty()) {
            numbers.merge(
                    submit.submission().deviceId(),
                    submit.submission().request().requestNo(),
                    Math::max);
            onRecord.add(submit, answer);
        } else {
            String traceparent = submit.origin().traceparent();
            if (traceparent != null) {
                traceparents.add(traceparent);
            }
            onCommit.add(submit, answer);
        }
    }

    private void beginEpoch(VaultCommand.BeginEpoch begin) {
        VaultEvent.EntryCommitted event = core.beginEpoch(state, now);
        state = state.apply(event);
        events.add(event);
        onCommit.add(
                begin,
                () -> begin.replyTo().tell(new EpochReply.Begun(event.entry().cursor())));
    }

    private void purge(VaultCommand.Purge purge) {
        List<VaultEvent.EntryCommitted> purged = core.purge(state, purge.suggested(), purge.deletedUpTo(), now);
        for (VaultEvent.EntryCommitted event : purged) {
            state = state.apply(event);
        }
        events.addAll(purged);
        Answers answers = purged.isEmpty() ? onProof : onCommit;
        answers.add(purge, () -> purge.replyTo().tell(new PurgeReply.Purged(purged.size())));
    }

    private VaultHead head() {
        return new VaultHead(
                state.cursor(), state.tree().liveCount(), state.tree().liveBytes());
    }
}
