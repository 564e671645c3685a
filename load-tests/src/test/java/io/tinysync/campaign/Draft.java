package io.tinysync.campaign;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.History;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.VaultId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A history of one vault that is about to be falsified. */
final class Draft {

    /** A request and its answer, with their places in the history. */
    record Exchange(int askedAt, int answeredAt, HistoryEvent.Asked asked, Answer answer) {}

    /** One op of an answered request. */
    record Answered(Exchange exchange, int number, Op op, OpResult result) {

        boolean isAccepted() {
            return result.status() == OpResult.Status.ACCEPTED;
        }

        long seq() {
            Long seq = result.seq();
            return seq == null ? 0 : seq;
        }
    }

    private final List<HistoryEvent> events;
    private final Random random;

    Draft(List<HistoryEvent> events, Random random) {
        this.events = new ArrayList<>(events);
        this.random = random;
    }

    static List<HistoryEvent> read(History history) {
        try (Stream<HistoryEvent> events = history.events()) {
            return events.toList();
        }
    }

    History history() {
        return History.of(events);
    }

    List<HistoryEvent> events() {
        return events;
    }

    /** One of those, by chance; an error where there is none, since then the edit would prove nothing. */
    <T> T any(Stream<T> places) {
        List<T> list = places.toList();
        if (list.isEmpty()) {
            throw new AssertionError("the history has no place for this edit");
        }
        return list.get(random.nextInt(list.size()));
    }

    // The final log.

    List<Entry> log() {
        List<Entry> entries = new ArrayList<>();
        for (HistoryEvent event : events) {
            if (event instanceof HistoryEvent.FinalLog(var _, var page)) {
                entries.addAll(page.entries());
            }
        }
        return entries;
    }

    /** Puts other entries in the place of the log's, and says where it ends. */
    void replaceLog(List<Entry> entries, long headSeq) {
        replaceLog(entries, headSeq, 1);
    }

    void replaceLog(List<Entry> entries, long headSeq, long minRetainedSeq) {
        int at = 0;
        while (!(events.get(at) instanceof HistoryEvent.FinalLog)) {
            at++;
        }
        VaultId vault = ((HistoryEvent.FinalLog) events.get(at)).vault();
        events.removeIf(event -> event instanceof HistoryEvent.FinalLog);
        events.add(at, new HistoryEvent.FinalLog(vault, new LogPage(1, headSeq, minRetainedSeq, entries)));
    }

    /** The same with chains that add up again. */
    void replaceLogInStyle(List<Entry> entries) {
        List<Entry> chained = new ArrayList<>();
        Chain chain = Chain.START;
        for (Entry entry : entries) {
            Entry next = Json.chained(entry, chain);
            chained.add(next);
            chain = next.chain();
        }
        replaceLog(chained, chained.getLast().seq());
    }

    // Requests and answers.

    List<Exchange> exchanges() {
        Map<Long, Integer> asked = new HashMap<>();
        List<Exchange> exchanges = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof HistoryEvent.Asked question) {
                asked.put(question.request(), i);
            } else if (events.get(i) instanceof HistoryEvent.Answered(long _, long request, Answer answer)) {
                int at = asked.getOrDefault(request, -1);
                exchanges.add(new Exchange(at, i, (HistoryEvent.Asked) events.get(at), answer));
            }
        }
        return exchanges;
    }

    /** Ops of answered requests that fulfil a condition. */
    Stream<Answered> answered(Predicate<Answered> condition) {
        List<Answered> ops = new ArrayList<>();
        for (Exchange exchange : exchanges()) {
            if (exchange.asked().question() instanceof Question.Mutations(var request)
                    && exchange.answer() instanceof Answer.Results(var reply)) {
                for (int i = 0; i < request.ops().size(); i++) {
                    ops.add(new Answered(
                            exchange, i, request.ops().get(i), reply.results().get(i)));
                }
            }
        }
        return ops.stream().filter(condition);
    }

    /** How often this history acknowledges each op. */
    Map<OpId, Integer> acknowledgements() {
        Map<OpId, Integer> counts = new HashMap<>();
        answered(Answered::isAccepted)
                .forEach(answered -> counts.merge(answered.op().opId(), 1, Integer::sum));
        return counts;
    }

    /** The highest seq that an answer had shown before the event at this place. */
    long seenBefore(int place) {
        return exchanges().stream()
                .filter(exchange -> exchange.answeredAt() < place)
                .mapToLong(exchange -> shown(exchange.answer()))
                .max()
                .orElse(0);
    }

    private static long shown(Answer answer) {
        return switch (answer) {
            case Answer.Results(var reply) ->
                reply.results().stream()
                        .mapToLong(result -> result.seq() == null ? 0 : result.seq())
                        .max()
                        .orElse(0);
            case Answer.Page(var page) -> page.headSeq();
            case Answer.Status(var status) -> status.headSeq();
            case Answer.Snapshot snapshot -> snapshot.header().seq();
            case Answer.Done _, Answer.Refused _, Answer.Lost _ -> 0;
        };
    }

    void answer(Exchange exchange, Answer answer) {
        events.set(
                exchange.answeredAt(),
                new HistoryEvent.Answered(0, exchange.asked().request(), answer));
    }

    void result(Answered answered, OpResult result) {
        MutationsReply reply = ((Answer.Results) answered.exchange().answer()).body();
        List<OpResult> results = new ArrayList<>(reply.results());
        results.set(answered.number(), result);
        answer(answered.exchange(), new Answer.Results(new MutationsReply(results)));
    }

    /** Changes what was sent of an op, wherever it was. */
    void resend(OpId opId, UnaryOperator<Op> change) {
        events.replaceAll(event ->
                event instanceof HistoryEvent.Asked asked && asked.question() instanceof Question.Mutations(var request)
                        ? with(asked, new Question.Mutations(changed(request, opId, change)))
                        : event);
    }

    private static MutationsRequest changed(MutationsRequest request, OpId opId, UnaryOperator<Op> change) {
        List<Op> ops = request.ops().stream()
                .map(op -> op.opId().equals(opId) ? change.apply(op) : op)
                .toList();
        return new MutationsRequest(request.cursor(), request.requestNo(), ops);
    }

    /** Changes the request of an exchange. */
    void ask(Exchange exchange, UnaryOperator<MutationsRequest> change) {
        MutationsRequest request = ((Question.Mutations) exchange.asked().question()).body();
        ask(exchange, new Question.Mutations(change.apply(request)));
    }

    void ask(Exchange exchange, Question question) {
        events.set(exchange.askedAt(), with(exchange.asked(), question));
    }

    private static HistoryEvent with(HistoryEvent.Asked asked, Question question) {
        return new HistoryEvent.Asked(
                asked.atNs(), asked.request(), asked.client(), asked.device(), asked.vault(), asked.node(), question);
    }
}
