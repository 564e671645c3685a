package io.tinysync.engine.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No owner has more uploads in parts than allowed, and nobody's is dropped while it is in use. */
final class UploadRoomTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LONG_AGO = Duration.ofHours(1);

    @TempDir
    private Path directory;

    private Spool spool;
    private UploadRoom room;

    @BeforeEach
    void open() throws IOException {
        spool = Spool.open(directory);
        room = new UploadRoom(spool, new UploadAllowance(3, 1000), InstantSource.fixed(NOW));
    }

    @Test
    void oneTooManyTakesTheRoomOfTheOneThatWasLeftTheLongest() throws IOException {
        arrived(upload(1), 10, LONG_AGO);
        arrived(upload(2), 10, LONG_AGO.plusSeconds(1));
        arrived(upload(3), 10, LONG_AGO.minusSeconds(1));

        assertThat(room.enter(upload(4), 10)).isTrue();

        assertThat(isThere(upload(2))).isFalse();
        assertThat(isThere(upload(1))).isTrue();
        assertThat(isThere(upload(3))).isTrue();
    }

    @Test
    void asManyAreDroppedAsTheBytesOfTheNextOneNeed() throws IOException {
        arrived(upload(1), 300, LONG_AGO.plusSeconds(1));
        arrived(upload(2), 300, LONG_AGO);

        assertThat(room.enter(upload(3), 400)).isTrue();
        assertThat(isThere(upload(1))).as("1000 bytes are allowed").isTrue();

        assertThat(room.enter(upload(3), 701)).isTrue();
        assertThat(isThere(upload(1))).isFalse();
        assertThat(isThere(upload(2))).isFalse();
    }

    @Test
    void whatIsUnderWayCountsWithAllThatItIsGoingToHaveAndKeepsItsRoom() throws IOException {
        arrived(upload(1), 10, LONG_AGO);
        assertThat(room.enter(upload(1), 600)).isTrue();
        assertThat(room.enter(upload(2), 300)).as("of which nothing has come").isTrue();

        assertThat(room.enter(upload(3), 101)).isFalse();
        assertThat(room.enter(upload(3), 100)).isTrue();
        assertThat(room.enter(upload(4), 1)).as("three are allowed").isFalse();

        room.leave(upload(1));
        assertThat(room.enter(upload(4), 1)).isTrue();
        assertThat(isThere(upload(1))).isFalse();
    }

    @Test
    void whatIsRefusedDropsNothing() throws IOException {
        arrived(upload(1), 10, LONG_AGO);
        arrived(upload(2), 10, LONG_AGO);
        room.hold(upload(2), 900);

        assertThat(room.enter(upload(3), 101)).isFalse();
        assertThat(isThere(upload(1))).isTrue();
    }

    @Test
    void whatIsBeingStoredKeepsItsRoom() throws IOException {
        arrived(upload(1), 900, LONG_AGO);
        room.hold(upload(1), 900);

        assertThat(room.enter(upload(2), 101)).isFalse();
        assertThat(isThere(upload(1))).isTrue();
    }

    @Test
    void whoeverSentBytesJustNowMayGoOn() throws IOException {
        arrived(upload(1), 900, UploadRoom.LEFT);

        assertThat(room.enter(upload(2), 101)).isFalse();
        assertThat(room.enter(upload(1), 1000)).isTrue();
    }

    @Test
    void othersUploadsAreNoConcernOfAnOwners() throws IOException {
        UploadId other = new UploadId("other", upload(1).value());
        arrived(other, 900, LONG_AGO);
        assertThat(room.enter(other, 900)).isTrue();

        assertThat(room.enter(upload(1), 1000)).isTrue();
        assertThat(isThere(other)).isTrue();
    }

    @Test
    void anOwnerIsAFoldersName() {
        assertThatThrownBy(() -> new UploadId("..", upload(1).value())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UploadId("", upload(1).value())).isInstanceOf(IllegalArgumentException.class);
    }

    private void arrived(UploadId upload, int bytes, Duration ago) throws IOException {
        Files.createDirectories(spool.folder(upload));
        Files.write(spool.partial(upload), new byte[bytes]);
        Files.setLastModifiedTime(spool.partial(upload), FileTime.from(NOW.minus(ago)));
    }

    private boolean isThere(UploadId upload) {
        return Files.exists(spool.partial(upload));
    }

    private static UploadId upload(int number) {
        return new UploadId("device", Sha256.hash(new byte[] {(byte) number}));
    }
}
