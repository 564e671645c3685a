package io.tinysync.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.server.TestPostgres;
import io.tinysync.server.startup.DirectoryLock;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedPostgresIT {

    @TempDir
    private Path directory;

    private EmbeddedPostgres start() throws IOException, StartupException {
        return EmbeddedPostgres.start(directory.resolve("postgres"), TestPostgres.CACHE);
    }

    @Test
    void itIsDurableAndKeepsItsRowsWhenItIsKilledAndWhenItIsStopped() throws Exception {
        try (EmbeddedPostgres postgres = start()) {
            try (Database database = Database.open(postgres.address())) {
                database.run(statements -> statements.update("CREATE TABLE kept (word TEXT)"));
                database.run(statements -> statements.update("INSERT INTO kept VALUES ('one')"));
                kill(postmaster());
                postgres.onExit().get(30, TimeUnit.SECONDS);
            }
        }
        try (EmbeddedPostgres postgres = start();
                Database database = Database.open(postgres.address())) {
            database.run(statements -> statements.update("INSERT INTO kept VALUES ('two')"));
        }
        try (EmbeddedPostgres postgres = start();
                Database database = Database.open(postgres.address())) {
            assertThat(database.<java.util.List<String>>run(statements ->
                            statements.list(row -> row.getString(1), "SELECT word FROM kept ORDER BY word")))
                    .containsExactly("one", "two");
        }
    }

    @Test
    void aServerThatAnEarlierRunLeftIsStoppedFirst() throws Exception {
        try (EmbeddedPostgres first = start()) {
            ProcessHandle orphan = postmaster();
            killKeeperOf(orphan);
            assertThat(orphan.isAlive()).isTrue();

            try (EmbeddedPostgres second = start();
                    Database database = Database.open(second.address())) {
                assertThat(orphan.isAlive()).isFalse();
                assertThat(database.<Boolean>run(statements -> statements
                                .first(row -> row.getBoolean(1), "SELECT true")
                                .orElseThrow()))
                        .isTrue();
            }
            assertThat(first.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
        }
    }

    @Test
    void aPidFileOfAProcessThatIsNotPostgresIsNoObstacle() throws Exception {
        start().close();
        Path pidFile = PostmasterPid.file(directory.resolve("postgres/cluster"));
        Files.writeString(pidFile, ProcessHandle.current().pid() + "\n/elsewhere\n1\n5432\n\n127.0.0.1\n1 1\nready\n");

        try (EmbeddedPostgres postgres = start();
                Database database = Database.open(postgres.address())) {
            assertThat(database).isNotNull();
        }
    }

    @Test
    void aDatabaseThatMayLoseWhatItAcknowledgedIsRefused() throws Exception {
        DatabaseAddress address = TestPostgres.newDatabase();
        try (Database database = Database.open(address)) {
            String name = database.run(statements -> statements
                    .first(row -> row.getString(1), "SELECT current_database()")
                    .orElseThrow());
            database.run(statements -> statements.update("ALTER DATABASE " + name + " SET synchronous_commit = off"));
        }

        assertThatThrownBy(() -> Database.open(address))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("synchronous_commit = off");
    }

    /** It takes every entry, and could not index one whose name has another character. */
    @Test
    void aDatabaseThatDoesNotHaveEveryCharacterIsRefused() throws Exception {
        DatabaseAddress address = TestPostgres.newDatabase();
        try (Database database = Database.open(address)) {
            database.run(statements ->
                    statements.update("CREATE DATABASE few_characters ENCODING 'LATIN1' TEMPLATE template0"));
        }

        assertThatThrownBy(() -> Database.open(address.withDatabase("few_characters")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("LATIN1");
    }

    @Test
    void aDirectoryIsForOneServerOnly() throws Exception {
        try (DirectoryLock lock = DirectoryLock.take(directory)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> DirectoryLock.take(directory))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
        }
        DirectoryLock.take(directory).close();
    }

    private ProcessHandle postmaster() throws IOException {
        Path cluster = directory.toRealPath().resolve("postgres/cluster");
        return PostmasterPid.read(cluster).orElseThrow().process(cluster).orElseThrow();
    }

    /** The shell and its watcher, so that nobody is left to shut PostgreSQL down. */
    private static void killKeeperOf(ProcessHandle postmaster) throws Exception {
        ProcessHandle keeper = postmaster.parent().orElseThrow();
        for (ProcessHandle child : keeper.children().toList()) {
            if (child.pid() != postmaster.pid()) {
                kill(child);
            }
        }
        kill(keeper);
    }

    private static void kill(ProcessHandle process) throws Exception {
        process.destroyForcibly();
        process.onExit().get(10, TimeUnit.SECONDS);
    }
}
