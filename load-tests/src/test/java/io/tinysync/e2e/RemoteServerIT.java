package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.client.http.HttpTimes;
import io.tinysync.client.http.RemoteServer;
import io.tinysync.client.state.Credentials;
import io.tinysync.client.state.StateDirectory;
import io.tinysync.engine.device.Answers;
import io.tinysync.engine.device.BlobRange;
import io.tinysync.engine.device.ByteSink;
import io.tinysync.engine.device.SnapshotSink;
import io.tinysync.engine.device.WakeListener;
import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client's side of the wire against a real server, and the management commands that set it up. */
final class RemoteServerIT {

    @TempDir
    private static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = new ServerProcess(directory, Account.own());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void a_file_travels_by_blob_mutation_wake_log_snapshot_and_download() throws Exception {
        Vault travel = Vault.create(server, "travel");
        VaultId vault = VaultId.parse(travel.vaultId());
        try (RemoteServer remote = device("traveller", travel)) {
            BlockingQueue<Wake> wakes = new LinkedBlockingQueue<>();
            var subscription = remote.wakes(new Recorder(wakes));
            assertThat(wakes.poll(20, TimeUnit.SECONDS)).isEqualTo(new Wake(vault, 0));

            Path file = bytes(2_000_000);
            Content content = new Content(Sha256.hash(Files.readAllBytes(file)), 2_000_000);
            assertThat(await(remote.upload(vault, content, file))).isEqualTo(new Answers.Stored());
            Op create = create(1, content);
            assertThat(await(
                            remote.mutations(vault, new MutationsRequest(Cursor.START, 1, List.of(create)), List.of())))
                    .isInstanceOfSatisfying(
                            Answers.Results.class,
                            results -> assertThat(
                                            results.reply().results().getFirst().seq())
                                    .isEqualTo(1));
            assertThat(await(
                            remote.mutations(vault, new MutationsRequest(Cursor.START, 1, List.of(create)), List.of())))
                    .isEqualTo(new Answers.Rewound(1));
            assertThat(wakes.poll(20, TimeUnit.SECONDS)).isEqualTo(new Wake(vault, 1));

            LogPage page = ((Answers.Page) await(remote.log(vault, Cursor.START, 100))).page();
            assertThat(page.entries()).hasSize(1);
            Cursor elsewhere = new Cursor(1, 1, new Chain(1, 1));
            assertThat(await(remote.log(vault, elsewhere, 100))).isEqualTo(new Answers.Diverged());

            List<Item> items = new ArrayList<>();
            assertThat(await(remote.snapshot(vault, sink(items))))
                    .isInstanceOfSatisfying(
                            Answers.SnapshotComplete.class,
                            whole -> assertThat(whole.header().seq()).isEqualTo(1));
            assertThat(items).containsExactly(page.entries().getFirst().item());

            byte[] bytes = Files.readAllBytes(file);
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            assertThat(await(remote.download(vault, content, new BlobRange(0, 2_000_000), to(whole))))
                    .isEqualTo(new Answers.Received(2_000_000));
            assertThat(whole.toByteArray()).isEqualTo(bytes);
            ByteArrayOutputStream part = new ByteArrayOutputStream();
            assertThat(await(remote.download(vault, content, new BlobRange(1 << 20, 1000), to(part))))
                    .isEqualTo(new Answers.Received(1000));
            assertThat(part.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 1 << 20, (1 << 20) + 1000));
            assertThat(await(remote.leaves(vault, content)))
                    .isInstanceOfSatisfying(
                            Answers.Listed.class,
                            listed -> assertThat(listed.leaves().leaves())
                                    .containsExactly(
                                            Sha256.hash(Arrays.copyOf(bytes, 1 << 20)),
                                            Sha256.hash(Arrays.copyOfRange(bytes, 1 << 20, bytes.length))));
            subscription.close();
        }
    }

    private static ByteSink to(ByteArrayOutputStream into) {
        return bytes -> {
            into.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            return true;
        };
    }

    @Test
    void what_the_server_refuses_has_its_code_and_says_nothing_about_contents() throws Exception {
        Vault closed = Vault.create(server, "closed");
        VaultId vault = VaultId.parse(closed.vaultId());
        VaultId other = VaultId.parse(Vault.create(server, "other").vaultId());
        Content content = new Content(Sha256.hash(new byte[] {1}), 1);
        Path one = Files.write(directory.resolve("one"), new byte[] {1});
        try (RemoteServer remote = device("inside", closed)) {
            assertThat(await(remote.download(vault, content, new BlobRange(0, 1), _ -> true)))
                    .isEqualTo(new Answers.Missing());
            assertThat(await(remote.leaves(vault, content))).isEqualTo(new Answers.Missing());
            assertRefused(await(remote.log(other, Cursor.START, 10)));
            assertRefused(await(remote.upload(other, content, one)));
            assertRefused(await(remote.snapshot(other, sink(new ArrayList<>()))));
            server.cli("admin", "device", "revoke", "inside").ok();
            assertThat(await(remote.log(vault, Cursor.START, 10)))
                    .isInstanceOfSatisfying(
                            Answers.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(ProblemCode.UNAUTHORIZED));
        }
    }

    @Test
    void bytes_that_are_not_the_content_are_refused() throws Exception {
        Vault hashes = Vault.create(server, "hashes");
        VaultId vault = VaultId.parse(hashes.vaultId());
        Path file = bytes(1_000_000);
        Content wrong = new Content(Sha256.hash(new byte[] {2}), 1_000_000);
        try (RemoteServer remote = device("liar", hashes)) {
            assertThat(await(remote.upload(vault, wrong, file)))
                    .isInstanceOfSatisfying(
                            Answers.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(ProblemCode.HASH_MISMATCH));
        }
    }

    @Test
    void the_management_commands_print_the_contracts_members() throws Exception {
        assertThat(server.admin("vault", "create", "shapes").path("vault_id").asText())
                .hasSize(36);
        assertThat(server.admin("group", "create", "shapes").path("group_id").asText())
                .hasSize(36);
        DeviceProcess device = new DeviceProcess(directory, "shape", "shapes", Account.own());
        assertThat(device.register(server.url())).hasSize(36);
        assertThat(device.cli("devices").ok()).contains("shape");
        assertThat(server.cli("admin", "group", "add-device", "shapes", "nobody"))
                .isEqualTo(new Program.Run(1, "", "tinysync: there is no device 'nobody' here\n"));
        assertThat(server.cli("admin", "vault", "create", "x".repeat(200)).exitCode())
                .isEqualTo(1);
    }

    private static RemoteServer device(String name, Vault vault) throws Exception {
        Path state = vault.register(directory, name, Account.own()).state();
        Credentials credentials = Credentials.require(new StateDirectory(state));
        return new RemoteServer(credentials.server(), credentials.token(), HttpTimes.DEFAULT);
    }

    private static void assertRefused(Object answer) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answers.Refused.class,
                        refused -> assertThat(refused.isAccessLost()).isTrue());
    }

    private static Op create(long number, Content content) {
        UUID id = new UUID(0x0192_0000_0000_7000L, 0x8000_0000_0000_0000L | number);
        return new Op.CreateFile(
                new OpId(id), new ItemId(id), List.of(), ItemId.ROOT, "file" + number, content, 0644, -1);
    }

    private static Path bytes(int count) throws Exception {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return Files.write(directory.resolve("bytes" + count), bytes);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static SnapshotSink sink(List<Item> items) {
        return new SnapshotSink() {
            @Override
            public void begin(SnapshotHeader header) {}

            @Override
            public void items(List<Item> next) {
                items.addAll(next);
            }
        };
    }

    private record Recorder(BlockingQueue<Wake> wakes) implements WakeListener {
        @Override
        public void wake(Wake wake) {
            wakes.add(wake);
        }

        @Override
        public void connected(boolean connected) {}
    }
}
