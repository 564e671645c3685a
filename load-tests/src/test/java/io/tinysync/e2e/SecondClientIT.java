package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.load.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client in another language, which was written from docs/protocol.md, and a drive keep one tree. */
@Tag("long")
final class SecondClientIT {

    private static final Path CLIENT = Checkout.root().resolve("examples/client.sh");

    /** It exits so when an op of its is rejected. */
    private static final int REJECTED = 3;

    @TempDir
    private Path directory;

    private Vault vault;
    private DeviceProcess laptop;

    @BeforeEach
    void start() throws Exception {
        vault = Vault.create(
                new ServerProcess(directory, Account.own().with("TINYSYNC_OPEN_DEVICE_REGISTRATION", "false")), "work");
        Account administrator = Account.own().with("TINYSYNC_ADMIN_TOKEN", ServerProcess.ADMIN_TOKEN);
        laptop = vault.register(directory, "laptop", administrator);
        laptop.attach();
    }

    @AfterEach
    void stop() throws Exception {
        try (ServerProcess _ = vault.server();
                DeviceProcess _ = laptop) {
            // The device first, so that it drains into a server that answers.
        }
    }

    private Program.Run client(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(CLIENT.toString()));
        command.addAll(List.of(arguments));
        Map<String, String> state =
                Map.of("CLIENT_STATE", directory.resolve("client").toString());
        return Program.run(command, state, Duration.ofMinutes(1));
    }

    private Path local(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void it_is_short_enough_to_be_read() throws Exception {
        assertThat(Files.readAllLines(CLIENT)).hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void files_go_both_ways_and_who_was_slower_is_told() throws Exception {
        String code = laptop.cli("pair").ok().lines().findFirst().orElseThrow();
        client("register", vault.server().url(), "script", code).ok();
        assertThat(client("vaults").ok()).isEqualTo(vault.vaultId() + " work\n");
        client("use", vault.vaultId()).ok();

        Files.createDirectories(laptop.path("Fotos – été"));
        Files.writeString(laptop.path("Fotos – été/note \"1\".txt"), "from the drive");
        laptop.sync();
        client("pull").ok();
        assertThat(client("ls").ok()).isEqualTo("Fotos – été/\nFotos – été/note \"1\".txt\n");
        Path fetched = directory.resolve("fetched");
        client("get", "Fotos – été/note \"1\".txt", fetched.toString()).ok();
        assertThat(fetched).hasContent("from the drive");

        client("mkdir", "scripts").ok();
        client("pull").ok();
        client("put", local("new", "from the client").toString(), "scripts/new.txt")
                .ok();
        laptop.sync();
        assertThat(laptop.path("scripts/new.txt")).hasContent("from the client");

        Files.writeString(laptop.path("scripts/new.txt"), "the drive was faster");
        laptop.sync();
        client("pull").ok();
        client("put", local("edited", "seen, and edited").toString(), "scripts/new.txt")
                .ok();
        laptop.sync();
        assertThat(laptop.path("scripts/new.txt")).hasContent("seen, and edited");

        Files.writeString(laptop.path("scripts/new.txt"), "the drive was faster again");
        laptop.sync();
        Program.Run late = client("put", local("late", "not seen").toString(), "scripts/new.txt");
        assertThat(late.exitCode()).isEqualTo(REJECTED);
        assertThat(late.err()).startsWith("client: version_conflict: ");
        assertThat(laptop.path("scripts/new.txt")).hasContent("the drive was faster again");

        client("pull").ok();
        client("mv", "scripts/new.txt", "Fotos – été/moved.txt").ok();
        client("rm", "scripts").ok();
        laptop.sync();
        assertThat(laptop.path("Fotos – été/moved.txt")).hasContent("the drive was faster again");
        assertThat(laptop.path("scripts")).doesNotExist();

        Program.sh(laptop.path("."), "rm -r 'Fotos – été'").ok();
        laptop.sync();
        client("pull").ok();
        assertThat(client("ls").ok()).isEmpty();
    }

    /** An answer that was lost is asked for again under the same op_id, and the op has taken effect once. */
    @Test
    void an_op_without_an_answer_is_sent_again_and_takes_effect_once() throws Exception {
        String code = laptop.cli("pair").ok().lines().findFirst().orElseThrow();
        client("register", vault.server().url(), "script", code).ok();
        client("use", vault.vaultId()).ok();
        Path state = directory.resolve("client");
        client("mkdir", "once").ok();
        String op = Files.readString(state.resolve("request"))
                .replaceAll("(?s).*\"ops\": \\[\\s*(\\{.*\\})\\s*\\].*", "$1");
        Files.writeString(state.resolve("pending"), op);

        client("pull").ok();

        assertThat(client("ls").ok()).isEqualTo("once/\n");
        assertThat(Files.readString(state.resolve("cursor"))).startsWith("1.1.");
        assertThat(state.resolve("pending")).doesNotExist();
    }
}
