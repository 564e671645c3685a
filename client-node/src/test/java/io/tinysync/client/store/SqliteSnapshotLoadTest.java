package io.tinysync.client.store;

import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.SnapshotLoadContract;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteSnapshotLoadTest extends SnapshotLoadContract {

    @TempDir
    private Path directory;

    private @Nullable SqliteStore opened;

    @Override
    protected DeviceStore open() {
        close();
        SqliteStore store = SqliteStore.open(directory.resolve("store.sqlite"), name -> name.toLowerCase(Locale.ROOT));
        opened = store;
        return store;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
