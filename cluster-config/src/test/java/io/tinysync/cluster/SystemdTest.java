package io.tinysync.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.cluster.Programs.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units, as systemd reads them. */
final class SystemdTest {

    private static final String SERVER = "tinysync-server.service";
    private static final String DRIVE = "tinysync.service";
    private static final String LAUNCHER = "/usr/local/bin/tinysync";

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

    /** With the launcher of this checkout, since systemd looks whether what it is to start is there. */
    private static String unit(String name) {
        String unit = Deployed.text(Deployed.file("systemd").resolve(name));
        assertThat(unit).contains("ExecStart=" + LAUNCHER + " ");
        return unit.replace(LAUNCHER, Deployed.ROOT.resolve("tinysync").toString());
    }

    private void write(String name, String unit) throws Exception {
        Files.writeString(folder.resolve(name), unit);
    }
}
