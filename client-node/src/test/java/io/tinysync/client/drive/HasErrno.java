package io.tinysync.client.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;

/** What a refused operation must say. */
final class HasErrno {

    private HasErrno() {}

    static Consumer<Throwable> hasErrno(Errno errno) {
        return failure -> assertThat(failure)
                .isInstanceOfSatisfying(
                        DriveException.class,
                        refused -> assertThat(refused.errno()).isEqualTo(errno));
    }
}
