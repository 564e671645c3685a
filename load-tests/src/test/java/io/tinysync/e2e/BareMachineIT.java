package io.tinysync.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.load.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on a machine that lacks things: in a mount namespace they are hidden, and in a network namespace nothing answers. */
final class BareMachineIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String MAVEN_PLACES =
            "no Maven on $PATH, in /usr/share/maven, /usr/local/*maven*, /opt/*maven* or ~/.sdkman";

    @TempDir
    private Path checkout;

    @Test
    void withoutMavenSaysWhereItSearchedAndUsesTheWrapper() throws IOException {
        copyLauncher();
        Path wrapper = wrapper("echo \"the wrapper: $*\"");

        Program.Run run = bare("/usr/share/maven /usr/local/*maven* /opt/*maven*", "format");

        assertThat(run.err()).isEqualTo("tinysync: " + MAVEN_PLACES + "; using the one that " + wrapper + " fetches\n");
        assertThat(run.ok()).isEqualTo("the wrapper: -B -ntp -q spotless:apply\n");
    }

    @Test
    void withoutMavenAndWithoutNetworkSaysSoInOneLine() throws IOException {
        copyLauncher();
        Files.copy(Checkout.root().resolve("mvnw"), checkout.resolve("mvnw"));
        Files.setPosixFilePermissions(checkout.resolve("mvnw"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Path properties = Files.createDirectories(checkout.resolve(".mvn/wrapper"));
        Files.copy(
                Checkout.root().resolve(".mvn/wrapper/maven-wrapper.properties"),
                properties.resolve("maven-wrapper.properties"));

        Program.Run run = bare("/usr/share/maven /usr/local/*maven* /opt/*maven*", "format");

        assertThat(run.exitCode()).isOne();
        assertThat(run.output().lines()).singleElement().asString().startsWith("tinysync: " + MAVEN_PLACES + ", and ");
    }

    @Test
    void aBuildThatFailsSaysWhy() throws IOException {
        copyLauncher();
        wrapper("""
                [ "$1" != --version ] || exit 0
                echo '[INFO] Scanning for projects...'
                echo '[ERROR] Could not create local repository at /nonexistent/.m2/repository -> [Help 1]'
                echo '[ERROR] '
                echo '[ERROR] [Help 1] http://cwiki.apache.org/confluence/display/MAVEN/LocalRepositoryNotAccessibleException'
                exit 1""");

        Program.Run run = bare("/usr/share/maven /usr/local/*maven* /opt/*maven*", "status");

        assertThat(run.exitCode()).isOne();
        assertThat(run.err().lines().skip(2))
                .containsExactly(
                        "[ERROR] Could not create local repository at /nonexistent/.m2/repository",
                        "tinysync: the build failed; all of it is in " + checkout.resolve(".tinysync-build/build.log"));
    }

    @Test
    void withoutJdkSaysWhereItSearchedInOneLine() throws IOException {
        copyLauncher();

        Program.Run run = bare("/usr/lib/jvm /usr/lib64/jvm /usr/java /usr/local /opt", "status");

        assertThat(run.exitCode()).isOne();
        assertThat(run.output().lines())
                .singleElement()
                .asString()
                .startsWith("tinysync: no JDK 25 or newer in $JAVA_HOME, on $PATH, or in /usr/lib/jvm ")
                .contains("/.sdkman/candidates/java");
    }

    /** A Maven wrapper that does this and nothing else. */
    private Path wrapper(String script) throws IOException {
        Path wrapper = Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void copyLauncher() throws IOException {
        Files.copy(Checkout.root().resolve("tinysync"), checkout.resolve("tinysync"));
    }

    /** Runs the launcher where these folders are empty, and the home directory too. */
    private Program.Run bare(String hidden, String... arguments) throws IOException {
        String hide = "for folder in " + hidden + "; do"
                + " if [ -d \"$folder\" ]; then mount -t tmpfs none \"$folder\"; fi; done; exec env -u JAVA_HOME -u TINYSYNC_BUILD bash \"$@\"";
        List<String> command = new ArrayList<>(
                List.of("unshare", "--user", "--map-root-user", "--mount", "--net", "sh", "-ec", hide, "sh"));
        command.add(checkout.resolve("tinysync").toString());
        command.addAll(List.of(arguments));
        return Program.run(
                command,
                Map.of(
                        "HOME",
                        Files.createDirectories(checkout.resolve("home")).toString(),
                        "PATH",
                        "/usr/sbin:/usr/bin:/sbin:/bin"),
                SOON);
    }
}
