package io.tinysync.engine.device.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ItemId;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class FolderReadingTest {

    private static final ItemId FOLDER = new ItemId(UUID.randomUUID());
    private static final ItemId OTHER = new ItemId(UUID.randomUUID());
    private static final FolderReading OPENED = FolderReading.NONE.opened(FOLDER, 5_000);

    @Test
    void a_first_file_is_no_reading_of_a_folder() {
        assertThat(FolderReading.NONE.goesOn(FOLDER, "a", 5_000)).isFalse();
    }

    @Test
    void a_second_one_soon_after_is() {
        assertThat(OPENED.goesOn(FOLDER, "b", 6_000)).isTrue();
    }

    @Test
    void a_second_one_later_or_elsewhere_is_not() {
        assertThat(OPENED.goesOn(FOLDER, "b", 6_001)).isFalse();
        assertThat(OPENED.goesOn(OTHER, "b", 5_001)).isFalse();
    }

    @Test
    void a_clock_that_was_set_back_ends_it() {
        assertThat(OPENED.goesOn(FOLDER, "b", 1_000)).isFalse();
    }

    @Test
    void what_was_asked_for_is_not_asked_for_again() {
        FolderReading asking = OPENED.opened(FOLDER, 5_001).asking(Set.of("c", "d"));

        assertThat(asking.opened(FOLDER, 5_002).goesOn(FOLDER, "d", 5_003)).isFalse();
        assertThat(asking.opened(FOLDER, 5_002).goesOn(FOLDER, "e", 5_003)).isTrue();
    }

    @Test
    void another_folder_forgets_what_was_asked_for() {
        FolderReading back = OPENED.asking(Set.of("c")).opened(OTHER, 5_001).opened(FOLDER, 5_002);

        assertThat(back.goesOn(FOLDER, "c", 5_003)).isTrue();
    }
}
