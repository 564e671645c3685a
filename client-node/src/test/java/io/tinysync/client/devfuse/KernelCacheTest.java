package io.tinysync.client.devfuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.devfuse.KernelCache.Name;
import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Drive;
import io.tinysync.engine.protocol.ItemKind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KernelCacheTest {

    private static final int LIMIT = 10;

    private final List<Name> spared = new ArrayList<>();
    private final KernelCache cache = new KernelCache(
            new KernelCache.Doubts() {
                @Override
                public void drop(Name name) {
                    throw new AssertionError("nothing has changed: " + name);
                }

                @Override
                public void check(Name name) {
                    throw new AssertionError("nothing is in doubt: " + name);
                }

                @Override
                public void spare(Name name) {
                    spared.add(name);
                }
            },
            LIMIT);

    private static Name name(int number) {
        return new Name(Drive.ROOT_INO, "name" + number);
    }

    private static Attributes attributes(int number, ItemKind kind) {
        return new Attributes(100 + number, kind, 0644, 5, 7, 1);
    }

    private void tell(int number, ItemKind kind) {
        cache.entry(name(number), attributes(number, kind), cache.begin());
    }

    private void forget(Name name) {
        int number = Integer.parseInt(name.name().substring("name".length()));
        cache.forget(100 + number, 1);
    }

    @Test
    void up_to_the_limit_the_kernel_keeps_all_that_it_was_told() {
        for (int i = 1; i < LIMIT; i++) {
            tell(i, ItemKind.FILE);
        }
        assertThat(spared).isEmpty();
    }

    @Test
    void beyond_it_the_files_that_were_known_for_longest_go_and_folders_stay() {
        tell(1, ItemKind.FOLDER);
        for (int i = 2; i < LIMIT; i++) {
            tell(i, ItemKind.FILE);
        }
        for (int i = LIMIT; i < 10 * LIMIT; i++) {
            tell(i, ItemKind.FILE);
            spared.forEach(this::forget);
            assertThat(known(i)).isLessThanOrEqualTo(LIMIT + 1);
        }
        assertThat(spared).startsWith(name(2), name(3)).doesNotContain(name(1), name(10 * LIMIT - 1));
    }

    private long known(int upTo) {
        return IntStream.rangeClosed(1, upTo)
                .filter(i -> !cache.namesOf(100 + i).isEmpty())
                .count();
    }

    @Test
    void what_the_kernel_does_not_forget_is_passed_over_until_its_turn_comes_again() {
        for (int i = 1; i < 2 * LIMIT; i++) {
            tell(i, ItemKind.FILE);
        }
        assertThat(spared).startsWith(name(1), name(2), name(3)).doesNotHaveDuplicates();
    }

    @Test
    void only_what_the_kernel_was_told_as_it_is_need_not_be_told_again() {
        tell(1, ItemKind.FILE);
        assertThat(cache.has(name(1), attributes(1, ItemKind.FILE))).isTrue();
        assertThat(cache.has(name(2), attributes(1, ItemKind.FILE))).isFalse();
        assertThat(cache.has(name(1), attributes(1, ItemKind.FILE).withLinks(2)))
                .isFalse();
        cache.dropped(101, cache.tellings(101));
        assertThat(cache.has(name(1), attributes(1, ItemKind.FILE))).isFalse();
        tell(1, ItemKind.FILE);
        cache.lost(101);
        assertThat(cache.has(name(1), attributes(1, ItemKind.FILE))).isFalse();
        cache.forget(101, 2);
        assertThat(cache.has(name(1), attributes(1, ItemKind.FILE))).isFalse();
    }
}
