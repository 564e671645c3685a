package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.cluster.Programs.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units, as systemd reads them. */
final class SystemdTest {

    private static final String SERVER = "tinysync-server.service";
    private static final String DRIVE = "tinysync.service";

    /** Systemd's measure, in tenths from 0, shut off, to 100, which is not at all. */
    private static final int MOST_EXPOSURE = 20;

    @TempDir
    private Path folder;

    @Test
    void theServersUnitIsSound() throws Exception {
        write(SERVER, unit(SERVER));

        assertThat(Programs.systemdAnalyze(folder, "verify", "./" + SERVER)).isEqualTo(new Run(0, ""));
    }

    @Test
    void theDrivesUnitIsSound() throws Exception {
        write(DRIVE, unit(DRIVE));

        assertThat(Programs.systemdAnalyze(folder, "--user", "verify", "./" + DRIVE))
                .isEqualTo(new Run(0, ""));
    }

    @Test
    void aMisspelledKeyIsSeen() throws Exception {
        write(SERVER, unit(SERVER).replace("ProtectClock", "ProtectClok"));

        assertThat(Programs.systemdAnalyze(folder, "verify", "./" + SERVER).output())
                .contains("Unknown key", "ProtectClok");
    }

    @Test
    void theServerIsShutOffFromWhatItDoesNotNeed() throws Exception {
        write(SERVER, unit(SERVER));

        Run run = Programs.systemdAnalyze(
                folder, "security", "--offline=yes", "--threshold=" + MOST_EXPOSURE, "./" + SERVER);

        assertThat(run.exitCode()).as(run.output()).isZero();
    }

    @Test
    void theServerIsStartedAsInTheImage() {
        String dockerfile = Deployed.text(Deployed.file("docker/Dockerfile"));
        List<String> image = Stream.of(dockerfile
                        .lines()
                        .filter(line -> line.startsWith("ENTRYPOINT "))
                        .findFirst()
                        .orElseThrow()
                        .split("\""))
                .filter(word -> word.startsWith("/") || word.startsWith("@") || word.startsWith("io."))
                .toList();

        assertThat(unit(SERVER)).contains(image);
        assertThat(dockerfile).contains("package dependency:copy-dependencies -DincludeScope=runtime");
        assertThat(unit(SERVER)).contains("package dependency:copy-dependencies -DincludeScope=runtime");
    }

    /** With programs of this machine, since systemd looks whether what it is to start is there. */
    private static String unit(String name) {
        String unit = Deployed.text(Deployed.file("systemd").resolve(name));
        assertThat(unit).containsPattern("ExecStart=(/usr/bin/java|%h/.local/bin/tinysync) ");
        return unit.replace(
                        "ExecStart=/usr/bin/java", "ExecStart=" + Path.of(System.getProperty("java.home"), "bin/java"))
                .replace("ExecStart=%h/.local/bin/tinysync", "ExecStart=" + Deployed.ROOT.resolve("tinysync"));
    }

    private void write(String name, String unit) throws Exception {
        Files.writeString(folder.resolve(name), unit);
    }
}
