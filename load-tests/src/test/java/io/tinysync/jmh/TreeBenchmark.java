package io.tinysync.jmh;

import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.NamePolicy;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.tree.Decision;
import io.tinysync.engine.tree.Evaluation;
import io.tinysync.engine.tree.ItemTree;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a vault's tree of 100,000 items costs for each op: whether it holds, and the tree after it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
public class TreeBenchmark {

    private static final ItemId NEW = LargeTree.id(1_000_000);

    private ItemTree tree = ItemTree.empty(NamePolicy.PORTABLE);
    private Evaluation evaluation = new Evaluation(1, Limits.DEFAULT, _ -> OptionalLong.empty(), Map.of());
    private Op create = new Op.CreateFolder(opId(), NEW, List.of(), ItemId.ROOT, "new", 0755, 0);
    private Op rename = create;
    private Entry created = entry(create);
    private Entry renamed = created;

    @Setup
    public void fill() {
        List<Item> items = LargeTree.items();
        tree = ItemTree.of(NamePolicy.PORTABLE, items.iterator(), Collections.emptyIterator());
        long seq = items.size() + 1L;
        evaluation = new Evaluation(
                seq, Limits.DEFAULT, _ -> OptionalLong.empty(), Map.of(Content.EMPTY.sha256(), Content.EMPTY.size()));
        Item last = items.getLast();
        create = new Op.CreateFile(opId(), NEW, List.of(), last.parentItemId(), "Büro.txt", Content.EMPTY, 0644, 0);
        rename = new Op.MoveRename(
                opId(),
                last.itemId(),
                List.of(),
                items.getFirst().itemId(),
                "renamed.txt",
                Base.at(last.placementVersion()));
        created = entry(create);
        renamed = entry(rename);
    }

    private static OpId opId() {
        return new OpId(new UUID(0x7000, 0x8000000000000000L));
    }

    private Entry entry(Op op) {
        if (!(tree.decide(op, evaluation) instanceof Decision.Accepted accepted)) {
            throw new IllegalStateException("refused: " + op);
        }
        return new Entry(
                evaluation.seq(),
                Chain.START,
                1,
                op.opId(),
                new DeviceId(op.opId().value()),
                "2026-01-01T00:00:00Z",
                accepted.kind(),
                accepted.scope(),
                accepted.item());
    }

    @Benchmark
    public Decision validateCreate() {
        return tree.decide(create, evaluation);
    }

    @Benchmark
    public Decision validateRename() {
        return tree.decide(rename, evaluation);
    }

    @Benchmark
    public ItemTree applyCreate() {
        return tree.apply(created);
    }

    @Benchmark
    public ItemTree applyRename() {
        return tree.apply(renamed);
    }
}
