package io.tinysync.campaign;

import io.tinysync.campaign.history.Answer;
import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.campaign.history.Question;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.tree.ItemTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * One device of a history: says what it asks next, and learns from the answers. It follows the log, but not closely, so that much of what
 * it sends is out of date. What was not answered it mostly repeats, and sometimes gives up. Pure, and the same for the same seed and
 * answers.
 */
final class WritingDevice {

    private static final int MOST_OPS = 4;
    private static final int PAGE = 20;

    private final DeviceId device;
    private final Random random;
    private final ConflictingOps ops;
    private final Set<Sha256> blobs = new HashSet<>();
    private final Deque<Op> unanswered = new ArrayDeque<>();
    private ItemTree tree;
    private Cursor cursor = Cursor.START;
    private long requestNo;
    private boolean atHead;

    WritingDevice(DeviceId device, NamePolicy policy, long seed) {
        this.device = device;
        this.random = new Random(seed);
        this.ops = new ConflictingOps(random);
        this.tree = ItemTree.empty(policy);
    }

    DeviceId device() {
        return device;
    }

    /** What it asks while it works. */
    Question next() {
        int what = random.nextInt(100);
        if (what < 25) {
            return new Question.ReadLog(cursor, PAGE);
        }
        if (what < 32) {
            return new Question.ReadHead();
        }
        return what < 35 ? new Question.ReadSnapshot() : write();
    }

    private Question write() {
        if (unanswered.isEmpty()) {
            int count = 1 + random.nextInt(MOST_OPS);
            for (int i = 0; i < count; i++) {
                unanswered.add(ops.next(tree, cursor.seq()));
            }
        }
        for (Op op : unanswered) {
            Content content = ConflictingOps.content(op);
            if (content != null && !blobs.contains(content.sha256()) && random.nextInt(8) > 0) {
                return new Question.SendBlob(content.sha256(), content.size());
            }
        }
        return new Question.Mutations(new MutationsRequest(cursor, ++requestNo, new ArrayList<>(unanswered)));
    }

    /** What it asks to come to the log's end. */
    Question catchUp() {
        return new Question.ReadLog(cursor, Limits.MAX_LOG_PAGE);
    }

    /** Whether the last page that it read was empty. */
    boolean isAtHead() {
        return atHead;
    }

    void learn(Question asked, Answer answer) {
        switch (answer) {
            case Answer.Results _ -> unanswered.clear();
            case Answer.Page(var page) -> {
                atHead = page.entries().isEmpty();
                page.entries().forEach(this::apply);
            }
            case Answer.Done() when asked instanceof Question.SendBlob(var sha256, long _) -> blobs.add(sha256);
            case Answer.Lost _, Answer.Refused _ -> giveUpSometimes();
            case Answer.Status _, Answer.Snapshot _, Answer.Done _ -> {}
        }
    }

    private void apply(Entry entry) {
        tree = tree.apply(entry);
        cursor = entry.cursor();
    }

    private void giveUpSometimes() {
        if (random.nextInt(3) == 0) {
            unanswered.clear();
        }
    }

    HistoryEvent.FinalTree finalTree(VaultId vault) {
        List<Item> items = new ArrayList<>();
        tree.liveItems().forEachRemaining(items::add);
        return new HistoryEvent.FinalTree(vault, device, cursor, items);
    }
}
