package io.tinysync.client.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Set;

/**
 * Makes files survive power loss. What the kernel could not write it counts as written from then on, and the next fsync(2) would say
 * that all is well (Rebello et al., Can Applications Recover from fsync Failures?, USENIX ATC 2020): a file of which one failed is
 * therefore written once more, from the kernel's cache, before the next. Until then it is marked by its permissions, rwx------, for
 * later processes too.
 */
final class Syncs {

    private static final Set<PosixFilePermission> DOUBTFUL = PosixFilePermissions.fromString("rwx------");

    private static final int PIECE_BYTES = 1 << 16;

    private Syncs() {}

    /** Makes a file's bytes survive power loss. */
    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            force(file, channel);
        }
    }

    /** The same, through a channel that is open already. */
    static void force(Path file, FileChannel channel) throws IOException {
        boolean doubtful = isDoubtful(file);
        if (doubtful) {
            writeAgain(file);
        }
        try {
            channel.force(true);
        } catch (IOException e) {
            mark(file, e);
            throw e;
        }
        if (doubtful) {
            Files.setPosixFilePermissions(file, Trust.UNKNOWN);
        }
    }

    /** Whether one of the files has to be written again before an fsync of it, or of its whole disk, can be believed. */
    static boolean isAnyDoubtful(Collection<Path> files) throws IOException {
        for (Path file : files) {
            if (isDoubtful(file)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDoubtful(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).equals(DOUBTFUL);
    }

    /** Takes note that a file was not brought to stable storage, for this reason. */
    static void mark(Path file, IOException cause) {
        try {
            Files.setPosixFilePermissions(file, DOUBTFUL);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void writeAgain(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            long offset = 0;
            while (WholeFiles.readFully(channel, piece, offset) > 0) {
                piece.flip();
                while (piece.hasRemaining()) {
                    offset += channel.write(piece, offset);
                }
                piece.clear();
            }
        }
    }
}
