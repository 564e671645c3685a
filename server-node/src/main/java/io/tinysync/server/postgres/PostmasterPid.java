package io.tinysync.server.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running PostgreSQL says of itself in its data directory (postmaster.pid: pid, directory, start time, port, socket
 * directory, address, shared memory, status; one a line, the later ones written later).
 */
record PostmasterPid(long pid, boolean ready) {

    private static final int STATUS_LINE = 7;

    static Path file(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }

    /** Empty if there is no such file, or PostgreSQL has not yet written its first line. */
    static Optional<PostmasterPid> read(Path cluster) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file(cluster), StandardCharsets.UTF_8);
            if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,10}")) {
                return Optional.empty();
            }
            boolean ready =
                    lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
            return Optional.of(new PostmasterPid(Long.parseLong(lines.getFirst().strip()), ready));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Its process, if it still runs and is indeed PostgreSQL on this directory, not another that got the same pid. */
    Optional<ProcessHandle> process(Path cluster) throws IOException {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        return handle.isPresent() && commandLine().contains(cluster.toString()) ? handle : Optional.empty();
    }

    private String commandLine() throws IOException {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
