package io.tinysync.campaign.check;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.RejectionCode;
import java.util.EnumMap;
import java.util.Map;

/** Counts what goes by. */
final class Tally {

    private final Map<RejectionCode, Long> rejected = new EnumMap<>(RejectionCode.class);
    private final Map<ProblemCode, Long> refused = new EnumMap<>(ProblemCode.class);
    private long events;
    private long requests;
    private long ops;
    private long acknowledged;
    private long answered;
    private long vaults;
    private long entries;

    /** The number of the event, from 1. */
    long count(HistoryEvent event) {
        switch (event) {
            case HistoryEvent.VaultUsed _ -> vaults++;
            case HistoryEvent.Asked asked -> {
                requests++;
                ops += asked.question() instanceof Question.Mutations(var body)
                        ? body.ops().size()
                        : 0;
            }
            case HistoryEvent.Answered(long _, long _, Answer.Results(var body)) -> count(body);
            case HistoryEvent.Answered(long _, long _, Answer.Refused(var problem)) ->
                refused.merge(problem.code(), 1L, Long::sum);
            case HistoryEvent.FinalLog(var _, var page) ->
                entries += page.entries().size();
            case HistoryEvent.Answered _, HistoryEvent.FinalTree _ -> {}
        }
        return ++events;
    }

    private void count(MutationsReply reply) {
        for (OpResult result : reply.results()) {
            answered++;
            RejectionCode code = result.code();
            if (code == null) {
                acknowledged++;
            } else {
                rejected.merge(code, 1L, Long::sum);
            }
        }
    }

    Summary summary() {
        return new Summary(events, requests, ops, acknowledged, rejected, refused, ops - answered, vaults, entries);
    }
}
