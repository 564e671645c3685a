package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.blob.S3Server;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.postgres.DatabaseAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --blob-store}, given to a server as a process of its own. */
final class BlobStoreFlagIT {

    private static final byte[] BYTES = {1, 2, 3};
    private static final String NAME = Sha256.hash(BYTES).toString();

    @TempDir
    private Path directory;

    private DatabaseAddress database;

    @BeforeEach
    void makeDatabase() throws Exception {
        database = TestPostgres.newDatabase();
    }

    @Test
    void aDirectoryOfTheOperatorsIsMadeAndHasTheBlobs() throws Exception {
        Path blobs = directory.resolve("of its own/blobs");
        keeps(blobs.resolve(NAME.substring(0, 2)).resolve(NAME), "--blob-store", "file:" + blobs);
        assertThat(directory.resolve("data/blobs")).doesNotExist();
    }

    @Test
    void aBucketHasTheBlobs() throws Exception {
        try (S3Server s3 = S3Server.start(directory.resolve("s3"))) {
            keeps(
                    directory
                            .resolve("s3")
                            .resolve(S3Server.BUCKET)
                            .resolve("blobs")
                            .resolve(NAME),
                    "--blob-store",
                    "s3://" + S3Server.BUCKET,
                    "--config",
                    s3Settings(s3, S3Server.SECRET_KEY));
            assertThat(directory.resolve("data/blobs")).doesNotExist();
        }
    }

    private void keeps(Path file, String... arguments) throws Exception {
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), List.of(), all(arguments))) {
            Device device = server.anyone().register("device");
            VaultId vault = server.admin().vaultFor("vault", device);
            device.api().putBlob(vault, Sha256.hash(BYTES), BYTES).expect(204);
            assertThat(file).hasBinaryContent(BYTES);
        }
    }

    @Test
    void whatIsNoBlobStoreIsWrongUsage() throws Exception {
        for (String wrong : List.of("somewhere", "file:", "s3://", "s3://UPPER", "s3://bucket/folder", "gs://bucket")) {
            ServerProcess.Refusal refusal = refusal("--blob-store", wrong);
            assertThat(refusal.exitCode()).as(wrong).isEqualTo(2);
            assertThat(refusal.output())
                    .isEqualTo("tinysync server: the blob store must be file:DIRECTORY or s3://BUCKET, not '" + wrong
                            + "'\n'tinysync server --help' says more\n");
        }
    }

    @Test
    void aPlaceThatCannotBeUsedIsSaidInOneLine() throws Exception {
        Path file = Files.writeString(directory.resolve("a file"), "");
        refused("--blob-store", "file:" + file).isEqualTo("cannot use " + file + " for blobs: it is no directory");
        refused("--blob-store", "file:" + file.resolve("below"))
                .isEqualTo("cannot use " + file.resolve("below") + " for blobs: Not a directory");
        refused("--blob-store", "file:/proc/blobs")
                .isEqualTo("cannot use /proc/blobs for blobs: there is no such file or directory");
    }

    @Test
    void aBucketThatCannotBeUsedIsSaidInOneLine() throws Exception {
        try (S3Server s3 = S3Server.start(directory.resolve("s3"))) {
            refused("--blob-store", "s3://no-such-bucket", "--config", s3Settings(s3, S3Server.SECRET_KEY))
                    .startsWith("s3://no-such-bucket cannot be used: ");
            refused("--blob-store", "s3://" + S3Server.BUCKET, "--config", s3Settings(s3, "another secret"))
                    .startsWith("s3://" + S3Server.BUCKET + " cannot be used: ");
        }
    }

    private org.assertj.core.api.AbstractStringAssert<?> refused(String... arguments) throws Exception {
        ServerProcess.Refusal refusal = refusal(arguments);
        assertThat(refusal.exitCode()).as(refusal.output()).isEqualTo(1);
        assertThat(refusal.output()).startsWith("tinysync server: ");
        assertThat(refusal.output().lines()).hasSize(1);
        return assertThat(refusal.output().strip().substring("tinysync server: ".length()));
    }

    private ServerProcess.Refusal refusal(String... arguments) throws Exception {
        return ServerProcess.startInVain(directory.resolve("data"), all(arguments));
    }

    private String[] all(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--database-url", database.url()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    private String s3Settings(S3Server s3, String secret) throws Exception {
        return Files.writeString(directory.resolve("s3.conf"), """
                        tinysync.server.s3 { endpoint = "http://127.0.0.1:%d", access-key = "%s", secret-key = "%s" }
                        """.formatted(s3.port(), S3Server.ACCESS_KEY, secret))
                .toString();
    }
}
