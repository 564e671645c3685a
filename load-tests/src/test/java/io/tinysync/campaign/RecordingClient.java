package io.tinysync.campaign;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.HistoryWriter;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.VaultId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Lets a device ask a running server, each time by one of its nodes, and records it. For one thread. */
final class RecordingClient {

    private static final Duration PAUSE_WITHOUT_AN_ANSWER = Duration.ofMillis(50);

    private final WritingDevice device;
    private final HttpVault http;
    private final VaultId vault;
    private final List<String> nodes;
    private final HistoryWriter writer;
    private final Random random;

    RecordingClient(
            WritingDevice device, HttpVault http, VaultId vault, List<String> nodes, HistoryWriter writer, long seed) {
        this.device = device;
        this.http = http;
        this.vault = vault;
        this.nodes = List.copyOf(nodes);
        this.writer = writer;
        this.random = new Random(seed);
    }

    /** Works until it has been answered so many times. */
    void work(int answers) throws InterruptedException {
        for (int answered = 0; answered < answers; ) {
            answered += isAnswered(ask(device.next())) ? 1 : 0;
        }
    }

    /** Works until it is over, with a pause after each request. */
    void workUntil(BooleanSupplier over, Duration pause) throws InterruptedException {
        while (!over.getAsBoolean()) {
            ask(device.next());
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    /** Reads the log to its end. */
    void catchUp() throws InterruptedException {
        do {
            ask(device.catchUp());
        } while (!device.isAtHead());
    }

    private Answer ask(Question question) throws InterruptedException {
        String node = nodes.get(random.nextInt(nodes.size()));
        String client = "client of " + device.device();
        long request = writer.asked(client, device.device(), vault, node, question);
        Answer answer = http.ask(node, question);
        writer.answered(request, answer);
        device.learn(question, answer);
        if (!isAnswered(answer)) {
            LockSupport.parkNanos(PAUSE_WITHOUT_AN_ANSWER.toNanos());
        }
        return answer;
    }

    private static boolean isAnswered(Answer answer) {
        return !(answer instanceof Answer.Lost || answer instanceof Answer.Refused);
    }

    /** Notes the whole log, as it is when nobody writes any more. */
    void recordFinalLog() throws InterruptedException {
        Cursor at = Cursor.START;
        LogPage page;
        do {
            Answer answer = http.ask(nodes.getFirst(), new Question.ReadLog(at, Limits.MAX_LOG_PAGE));
            if (!(answer instanceof Answer.Page(var read))) {
                throw new AssertionError("the log cannot be read: " + answer);
            }
            page = read;
            writer.add(new HistoryEvent.FinalLog(vault, page));
            at = page.entries().isEmpty() ? at : page.entries().getLast().cursor();
        } while (!page.entries().isEmpty());
    }

    void recordFinalTree() {
        writer.add(device.finalTree(vault));
    }
}
