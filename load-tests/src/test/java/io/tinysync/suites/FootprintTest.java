package io.tinysync.suites;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FootprintTest {

    private static final double MEGABYTE = 1e6;

    private static List<Footprint.Sample> samples(IntFunction<Footprint.Sample> at) {
        return IntStream.range(0, 80).mapToObj(at).toList();
    }

    @Test
    void a_heap_that_rises_and_is_collected_is_flat() {
        assertThat(Footprint.judge(samples(i -> new Footprint.Sample((100 + i % 10 * 30) * MEGABYTE, 150)))
                        .isFlat())
                .isTrue();
    }

    @Test
    void a_heap_whose_low_water_mark_rises_is_not_flat() {
        Footprint.Verdict verdict =
                Footprint.judge(samples(i -> new Footprint.Sample((100 + 5 * i + i % 10 * 30) * MEGABYTE, 150)));

        assertThat(verdict.isFlat()).isFalse();
        assertThat(verdict.sentence()).contains("NOT flat");
    }

    @Test
    void descriptors_that_are_never_given_back_are_not_flat() {
        assertThat(Footprint.judge(samples(i -> new Footprint.Sample(100 * MEGABYTE, 150 + i)))
                        .isFlat())
                .isFalse();
    }
}
