package io.tinysync.engine.simulation;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.MemoryDeviceStore;
import io.tinysync.engine.device.StoredLocalTree;
import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.DeviceRules;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.device.core.Replay;
import io.tinysync.engine.device.core.Replies;
import io.tinysync.engine.device.core.SnapshotAdoption;
import io.tinysync.engine.device.core.StoreView;
import io.tinysync.engine.device.core.SyncPosition;
import io.tinysync.engine.device.core.UploadPlan;
import io.tinysync.engine.device.core.Work;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.tree.NameRules;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One device: the product's core over the store in memory, with a simple shell in the place of its actors. */
final class SimulatedDevice {

    private static final long PATIENCE_MS = 500;

    final String name;
    final DeviceId deviceId;
    final MemoryDeviceStore store;
    final LocalTree tree;
    private final Set<Sha256> contents = new LinkedHashSet<>();
    private final Set<Sha256> notDurable = new LinkedHashSet<>();

    private final World world;
    private final DeviceRules rules;
    private final Set<Sha256> sinceImage = new LinkedHashSet<>();
    private final Set<Sha256> imageContents = new LinkedHashSet<>();
    private MemoryDeviceStore.@Nullable Image image;

    /** What a crash forgets. */
    private Session session = new Session();

    private static final class Session {
        final Set<Sha256> uploaded = new HashSet<>();
        long requestSentMs = Long.MIN_VALUE / 2;
        long requestNo;
        long logAskedMs = Long.MIN_VALUE / 2;
        long logToken;
        boolean snapshotWanted;
        boolean rejoin;
    }

    SimulatedDevice(World world, String name, NameRules names) {
        this.world = world;
        this.name = name;
        this.deviceId = new DeviceId(world.chance.id());
        this.store = new MemoryDeviceStore(text -> names.key(text).value());
        this.rules = new DeviceRules(names, new WorldIds(world), name, 300, 200, 50_000_000);
        this.tree = new StoredLocalTree(store, rules, () -> world.nowMs, TreeListener.NONE, () -> {});
    }

    private record WorldIds(World world) implements Ids {
        @Override
        public OpId newOpId() {
            return new OpId(world.chance.id());
        }

        @Override
        public ItemId newItemId() {
            return new ItemId(world.chance.id());
        }
    }

    private <T> T write(Function<Work, T> work) {
        return store.write(tx -> {
            Work surroundings = new Work(tx, rules, world.nowMs);
            T result = work.apply(surroundings);
            surroundings.finish();
            return result;
        });
    }

    SyncPosition position() {
        return store.read(StoreView::position);
    }

    long pendingOps() {
        return tree.pendingTotals().ops();
    }

    /** Asks for the log, or for a snapshot where the log cannot help. */
    void pull() {
        if (world.nowMs - session.logAskedMs < PATIENCE_MS) {
            return;
        }
        session.logAskedMs = world.nowMs;
        session.logToken++;
        long token = session.logToken;
        Session asked = session;
        Replay.Asked from = store.read(Replay.Asked::from);
        if (session.snapshotWanted || !position().bootstrapped()) {
            world.request("snapshot", () -> {
                SnapshotHeader header = new SnapshotHeader(
                        world.server.cursor().epoch(),
                        world.server.cursor().seq(),
                        world.server.cursor().chain());
                List<Item> items = world.server.snapshot();
                world.reply("snapshot", () -> onSnapshot(asked, token, from, header, items));
            });
        } else {
            boolean truncates = world.chance.perMille(50);
            int limit = 1 + world.chance.below(20);
            world.request("log", () -> {
                Answers.Log answer = world.server.log(from.cursor(), limit, truncates);
                world.reply("log", () -> onLog(asked, token, from, answer));
            });
        }
    }

    private void onLog(Session asked, long token, Replay.Asked from, Answers.Log answer) {
        if (asked != session || token != session.logToken) {
            return;
        }
        session.logToken++;
        session.logAskedMs = Long.MIN_VALUE / 2;
        switch (answer) {
            case Answers.Page(var page) -> {
                Replay.Outcome outcome = write(work -> new Replay(work).apply(page, from));
                if (!page.entries().isEmpty()) {
                    world.trace.add(name + " replays " + page.entries() + " " + outcome);
                }
                switch (outcome) {
                    case APPLIED -> {
                        if (position().cursor().seq() < page.headSeq()) {
                            pull();
                        }
                    }
                    case NEEDS_SNAPSHOT -> wantSnapshot(false);
                    case NEEDS_REJOIN -> wantSnapshot(true);
                }
            }
            case Answers.Diverged _ -> wantSnapshot(true);
            case Answers.Truncated _ -> wantSnapshot(false);
            case Answers.Refused _ -> throw new IllegalStateException("nobody is refused here");
        }
    }

    private void wantSnapshot(boolean rejoin) {
        world.tally.count(rejoin ? "rejoins" : "snapshots");
        session.snapshotWanted = true;
        session.rejoin |= rejoin;
        pull();
    }

    private void onSnapshot(Session asked, long token, Replay.Asked from, SnapshotHeader header, List<Item> items) {
        if (asked != session || token != session.logToken) {
            return;
        }
        session.logToken++;
        session.logAskedMs = Long.MIN_VALUE / 2;
        try (var load = store.loadSnapshot()) {
            load.add(items);
            load.<Integer>commit(tx -> {
                Work work = new Work(tx, rules, world.nowMs);
                SnapshotAdoption adoption = new SnapshotAdoption(work, header);
                if (session.rejoin) {
                    adoption.otherHistory();
                } else {
                    adoption.sameHistory(from);
                }
                work.finish();
                return 0;
            });
        }
        world.trace.add(name + " adopted a snapshot at " + header.seq());
        session.snapshotWanted = false;
        session.rejoin = false;
    }

    /** Sends blobs and ops. */
    void push() {
        if (world.nowMs - session.requestSentMs < PATIENCE_MS || !position().bootstrapped() || session.rejoin) {
            return;
        }
        UploadPlan.Next next = store.read(view -> {
            UploadPlan plan = new UploadPlan(view, new LocalView(view, rules.names()), world.nowMs);
            return plan.next(this::isReady);
        });
        next.blobs().forEach(this::upload);
        Optional<MutationsRequest> request = write(work -> UploadPlan.begin(work, this::isReady));
        if (request.isEmpty()) {
            if (position().rebaseDue()) {
                write(work -> {
                    new Replay(work).rebaseIfDue(false);
                    return 0;
                });
            }
            return;
        }
        store.makeDurable();
        notDurable.clear();
        session.requestSentMs = world.nowMs;
        session.requestNo = request.get().requestNo();
        Session asked = session;
        world.trace.add(name + " sends " + request.get().ops());
        world.request("mutations", () -> {
            Answers.Mutations answer = world.server.mutations(deviceId, request.get(), world.nowMs);
            world.reply("mutations", () -> onAnswer(asked, request.get().requestNo(), answer));
        });
    }

    private boolean isReady(Content content) {
        return session.uploaded.contains(content.sha256()) || !contents.contains(content.sha256());
    }

    private void upload(Content content) {
        Session asked = session;
        world.request("blob", () -> {
            world.server.store(content);
            world.reply("blob", () -> asked.uploaded.add(content.sha256()));
        });
    }

    private void onAnswer(Session asked, long requestNo, Answers.Mutations answer) {
        if (asked != session || requestNo != session.requestNo) {
            return;
        }
        session.requestNo = 0;
        session.requestSentMs = Long.MIN_VALUE / 2;
        world.trace.add(name + " hears " + answer);
        switch (answer) {
            case Answers.Results(var reply) -> {
                Replies.Effect effect = write(work -> new Replies(work).record(reply));
                effect.missingBlobs().forEach(content -> session.uploaded.remove(content.sha256()));
            }
            case Answers.Rewound(long highest) ->
                write(work -> {
                    new Replies(work).rewound(highest);
                    return 0;
                });
            case Answers.Diverged _ -> wantSnapshot(true);
            case Answers.Refused _ -> throw new IllegalStateException("nobody is refused here");
        }
        pull();
    }

    /** The process is killed; what it had written is there, what it remembered is not. */
    void crash() {
        session = new Session();
    }

    /** Power is lost: the store and the contents go back to what was made durable. */
    void losePower() {
        store.losePower(0);
        contents.removeAll(notDurable);
        notDurable.forEach(world.ledger::excused);
        notDurable.clear();
        session = new Session();
    }

    /** Keeps an image of the whole device. */
    void takeImage() {
        image = store.image();
        imageContents.clear();
        imageContents.addAll(contents);
        sinceImage.clear();
    }

    /** The device is set up from its image, if there is one: what it did since then, it does not know. */
    boolean goBackToImage() {
        if (image == null) {
            return false;
        }
        world.tally.count("images");
        world.trace.add(name + " goes back to its image");
        store.goBack(image);
        contents.addAll(imageContents);
        sinceImage.forEach(world.ledger::excused);
        sinceImage.clear();
        notDurable.clear();
        session = new Session();
        return true;
    }

    /** A program wrote the content here. */
    void holds(Sha256 sha256) {
        sinceImage.add(sha256);
        if (contents.add(sha256)) {
            notDurable.add(sha256);
        }
    }

    /** Everything that the local tree shows below a folder, by path. */
    void list(ItemId folder, String path, Map<String, LocalItem> into) {
        List<LocalItem> children = store.read(view -> new LocalView(view, rules.names()).children(folder, "", 10_000));
        for (LocalItem child : children) {
            into.put(path + "/" + child.name(), child);
            if (child.isFolder()) {
                list(child.itemId(), path + "/" + child.name(), into);
            }
        }
    }
}
