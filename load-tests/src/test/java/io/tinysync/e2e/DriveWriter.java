package io.tinysync.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A program that writes into a folder of a device's drive until it is stopped: new files of random bytes, and one of them anew again and again. */
final class DriveWriter implements AutoCloseable {

    /** What it writes over; every other file is written once. */
    static final String REWRITTEN = "rewritten";

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final String SCRIPT = """
            i=0
            while [ ! -e "$2" ]; do
              i=$((i+1)); size=3000; [ $((i % 20)) -ne 0 ] || size=2500000
              head -c $size /dev/urandom > "$1/file-$i"
              [ $((i % 7)) -ne 0 ] || head -c 2000 /dev/urandom > "$1/$3"
              sleep 0.1
            done
            """;

    private final DeviceProcess device;
    private final Path folder;
    private final Path end;
    private final Program program;

    private DriveWriter(DeviceProcess device, Path folder, Path end, Program program) {
        this.device = device;
        this.folder = folder;
        this.end = end;
        this.program = program;
    }

    /** @param directory for what belongs to the writer and not to the drive */
    static DriveWriter start(DeviceProcess device, Path directory) throws IOException {
        Path folder = Files.createDirectories(device.path("of " + device.name()));
        Path end = directory.resolve(device.name() + ".end");
        Program program = Program.start(
                List.of("sh", "-ec", SCRIPT, "sh", folder.toString(), end.toString(), REWRITTEN),
                Map.of(),
                directory.resolve(device.name() + ".writer.log"));
        return new DriveWriter(device, folder, end, program);
    }

    String folder() {
        return String.valueOf(folder.getFileName());
    }

    int files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.count();
        }
    }

    /** Returns once there are so many files more than now. */
    void awaitMore(int count) throws IOException {
        int least = files() + count;
        Await.until("more files are written on " + device.name(), LIMIT, () -> files() >= least);
    }

    /** Ends it after a whole file; returns what is in its folder then. */
    Map<String, String> stop() throws IOException {
        Files.createFile(end);
        if (!program.waitFor(LIMIT) || program.exitCode() != 0) {
            throw new AssertionError("the writer on " + device.name() + " failed: " + program.output());
        }
        return Tree.complete(folder);
    }

    @Override
    public void close() {
        program.close();
    }
}
