package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.cluster.DeployedServer.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says that is started from the files with something missing or misspelled. */
final class RefusedSettingsIT {

    private static final Map<String, String> NODE = Map.of(
            "TINYSYNC_LISTEN", "127.0.0.1:0",
            "TINYSYNC_DATABASE_URL", "postgresql://a:b@127.0.0.1:1/none",
            "TINYSYNC_BLOB_STORE", "s3://contents",
            "TINYSYNC_ADMIN_TOKEN", "a-token-of-thirty-two-characters",
            "TINYSYNC_CLUSTER_HOST", "127.0.0.1");

    @TempDir
    private Path folder;

    @Test
    void theSettingsOfThreeNodesPassAndTheDatabaseIsAskedNext() throws Exception {
        assertThat(refusal(Deployed.file("three-nodes.conf"), NODE)).contains("cannot use the database");
    }

    @Test
    void theSettingsOfKubernetesPassAndTheDatabaseIsAskedNext() throws Exception {
        Map<String, String> pod = with(NODE, "POD_NAME", "tinysync-0");

        assertThat(refusal(Deployed.file("kubernetes.conf"), pod)).contains("cannot use the database");
    }

    @Test
    void aMissingSecretIsNamed() throws Exception {
        Map<String, String> incomplete = new HashMap<>(NODE);
        incomplete.remove("TINYSYNC_ADMIN_TOKEN");

        assertThat(refusal(Deployed.file("three-nodes.conf"), incomplete))
                .contains("TINYSYNC_ADMIN_TOKEN", "TINYSYNC_ADMIN_TOKEN_FILE");
    }

    @Test
    void aSecretMayBeInAFile() throws Exception {
        Map<String, String> withFile = new HashMap<>(NODE);
        String url = String.valueOf(withFile.remove("TINYSYNC_DATABASE_URL"));
        Path file = Files.writeString(folder.resolve("database-url"), url + "\n");
        withFile.put("TINYSYNC_DATABASE_URL_FILE", file.toString());

        assertThat(refusal(Deployed.file("three-nodes.conf"), withFile)).contains("cannot use the database");
    }

    @Test
    void aMisspelledKeyInAFileOfTheOperatorsIsNamedWithItsLine() throws Exception {
        Path own = Files.writeString(folder.resolve("own.conf"), """
                include required(file("%s"))
                tinysync.server.gc.intervall = 2h
                """.formatted(Deployed.file("three-nodes.conf")));

        assertThat(refusal(own, NODE))
                .contains("own.conf: 2: there is no setting tinysync.server.gc.intervall")
                .contains("is tinysync.server.gc.interval meant?");
    }

    private String refusal(Path file, Map<String, String> environment) throws Exception {
        Refusal refusal = DeployedServer.startInVain(file, with(environment, "TINYSYNC_DATA", folder.toString()));
        assertThat(refusal.exitCode()).as(refusal.output()).isEqualTo(1);
        assertThat(refusal.output().lines()).singleElement().asString().startsWith("tinysync server: ");
        return refusal.output();
    }

    private static Map<String, String> with(Map<String, String> environment, String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return more;
    }
}
