package io.tinysync.engine.device.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.device.core.FetchPlan.Start;
import io.tinysync.engine.device.core.FetchPlan.Step;
import io.tinysync.engine.device.core.FetchPlan.Stop;
import io.tinysync.engine.device.core.FetchPlan.Stream;
import io.tinysync.engine.device.core.FetchPlan.Urgency;
import io.tinysync.engine.device.core.FetchPlan.Wanted;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ranges are fetched next. */
final class FetchPlanTest {

    private static final Sha256 A = Sha256.hash(new byte[] {1});
    private static final Sha256 B = Sha256.hash(new byte[] {2});
    private static final Sha256 C = Sha256.hash(new byte[] {3});

    private static Pieces leaves(int count) {
        return Pieces.none((long) count * Leaves.LEAF_BYTES);
    }

    private static Wanted open(Sha256 sha256, Pieces pieces, int readerAt, Integer... awaited) {
        return new Wanted(sha256, pieces, List.of(awaited), readerAt, Urgency.OPEN);
    }

    private static Wanted kept(Sha256 sha256, Pieces pieces) {
        return new Wanted(sha256, pieces, List.of(), 0, Urgency.KEEP);
    }

    @Test
    void an_opened_file_is_fetched_from_its_beginning_to_its_end() {
        assertThat(FetchPlan.next(List.of(open(A, leaves(45), 0)), List.of(), 4))
                .containsExactly(new Start(A, 0, 45));
    }

    @Test
    void a_read_that_the_stream_reaches_soon_waits_for_it() {
        List<Stream> running = List.of(new Stream(1, A, 3, 45));
        assertThat(FetchPlan.next(List.of(open(A, leaves(45), 5, 5)), running, 4))
                .isEmpty();
    }

    @Test
    void a_distant_read_is_fetched_at_once_and_the_fetching_follows_it() {
        List<Stream> running = List.of(new Stream(1, A, 3, 45));
        assertThat(FetchPlan.next(List.of(open(A, leaves(45), 30, 30)), running, 4))
                .containsExactly(new Stop(1), new Start(A, 30, 45));
    }

    @Test
    void two_distant_reads_at_once_have_a_stream_each_and_no_leaf_twice() {
        List<Step> steps = FetchPlan.next(List.of(open(A, leaves(45), 30, 10, 30, 32)), List.of(), 4);
        assertThat(steps).containsExactly(new Start(A, 10, 45), new Start(A, 30, 45));
        assertThat(FetchPlan.next(List.of(open(A, leaves(45), 10, 30, 10)), List.of(), 4))
                .containsExactly(new Start(A, 30, 45), new Start(A, 10, 30));
    }

    @Test
    void what_is_missing_before_the_reader_comes_after_what_is_behind_it() {
        Pieces pieces = leaves(4).with(2).with(3);
        assertThat(FetchPlan.next(List.of(open(A, pieces, 3)), List.of(), 4)).containsExactly(new Start(A, 0, 2));
    }

    @Test
    void a_read_takes_the_slot_of_a_stream_that_nobody_waits_for() {
        List<Stream> running = List.of(new Stream(1, A, 3, 45), new Stream(2, B, 0, 9));
        List<Wanted> wanted = List.of(open(C, leaves(2), 0, 0), open(B, leaves(9), 0, 0), open(A, leaves(45), 1));
        assertThat(FetchPlan.next(wanted, running, 2)).containsExactly(new Stop(1), new Start(C, 0, 2));
    }

    @Test
    void reads_beyond_the_limit_wait_their_turn() {
        List<Stream> running = List.of(new Stream(1, A, 0, 9), new Stream(2, B, 0, 9));
        List<Wanted> wanted = List.of(open(A, leaves(9), 0, 0), open(B, leaves(9), 0, 0), open(C, leaves(2), 0, 0));
        assertThat(FetchPlan.next(wanted, running, 2)).isEmpty();
    }

    @Test
    void what_is_only_kept_is_fetched_when_no_program_wants_anything_and_leaves_slots_free() {
        assertThat(FetchPlan.next(List.of(kept(A, leaves(1)), kept(B, leaves(1)), kept(C, leaves(1))), List.of(), 4))
                .containsExactly(new Start(A, 0, 1), new Start(B, 0, 1));
        List<Stream> running = List.of(new Stream(1, A, 0, 1));
        assertThat(FetchPlan.next(List.of(kept(A, leaves(1)), open(B, leaves(9), 0, 0)), running, 4))
                .containsExactly(new Stop(1), new Start(B, 0, 9));
    }

    @Test
    void nothing_is_fetched_that_nobody_wants() {
        Wanted closed = new Wanted(A, leaves(45), List.of(), 3, Urgency.NONE);
        assertThat(FetchPlan.next(List.of(closed), List.of(new Stream(7, A, 3, 45)), 4))
                .containsExactly(new Stop(7));
    }

    /** A world of contents, readers and streams that bring leaf after leaf: everyone gets what they wait for, within the limit. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_read_is_served_whatever_the_others_do(long seed) {
        Random random = new Random(seed);
        int limit = 1 + random.nextInt(4);
        List<Sha256> contents = List.of(A, B, C);
        List<Pieces> pieces = new ArrayList<>();
        contents.forEach(_ -> pieces.add(leaves(1 + random.nextInt(100))));
        List<List<Integer>> awaited = new ArrayList<>();
        contents.forEach(_ -> awaited.add(new ArrayList<>()));
        List<Stream> running = new ArrayList<>();
        long numbers = 0;
        int brought = 0;
        for (int step = 0; step < 5000 && !pieces.stream().allMatch(Pieces::isComplete); step++) {
            int who = random.nextInt(contents.size());
            if (random.nextInt(5) == 0 && awaited.get(who).size() < 8) {
                int leaf = pieces.get(who)
                        .missingFrom(random.nextInt(pieces.get(who).count()));
                if (leaf < pieces.get(who).count()) {
                    awaited.get(who).add(leaf);
                }
            }
            List<Wanted> wanted = new ArrayList<>();
            for (int i = 0; i < contents.size(); i++) {
                Pieces have = pieces.get(i);
                awaited.get(i).removeIf(have::has);
                Urgency rest = i == 1 ? Urgency.KEEP : Urgency.OPEN;
                wanted.add(
                        new Wanted(contents.get(i), have, awaited.get(i), 0, have.isComplete() ? Urgency.NONE : rest));
            }
            for (Step next : FetchPlan.next(wanted, running, limit)) {
                switch (next) {
                    case Start start -> running.add(new Stream(++numbers, start.sha256(), start.from(), start.end()));
                    case Stop stop -> running.removeIf(stream -> stream.number() == stop.number());
                }
            }
            assertThat(running).hasSizeLessThanOrEqualTo(limit);
            assertThat(running).as("something runs while something is wanted").isNotEmpty();
            Stream stream = running.remove(random.nextInt(running.size()));
            int index = contents.indexOf(stream.sha256());
            pieces.set(index, pieces.get(index).with(stream.next()));
            brought++;
            if (stream.next() + 1 < stream.end()) {
                running.add(new Stream(stream.number(), stream.sha256(), stream.next() + 1, stream.end()));
            }
        }
        assertThat(pieces).allMatch(Pieces::isComplete);
        assertThat(brought)
                .as("leaves brought, few of them twice")
                .isLessThan(2 * pieces.stream().mapToInt(Pieces::count).sum());
    }
}
