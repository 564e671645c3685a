package io.tinysync.client.rescue;

import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Sha256;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where rescued files go. Nothing that is there is ever overwritten: what has a name that is taken gets a number. Each file is
 * written to the manifest once it is there in whole, so that after a failure the manifest says how far it came.
 */
final class RescueFolder implements AutoCloseable {

    /**
     * One line of the manifest, a JSON object.
     *
     * @param path of the copy, in the folder
     * @param was its path on the drive; where it has none, where its bytes were found
     * @param sha256 of the copied bytes; empty for links and folders
     * @param why it is not on the server, or what is wrong with it
     */
    record Line(String path, String was, long size, String sha256, String why) {}

    private static final int BUFFER_BYTES = 256 << 10;

    private final Path root;
    private final Path manifest;
    private final BufferedWriter lines;

    private RescueFolder(Path root, Path manifest, BufferedWriter lines) {
        this.root = root;
        this.manifest = manifest;
        this.lines = lines;
    }

    static RescueFolder open(Path root) throws IOException {
        Path real = Files.createDirectories(root).toRealPath();
        Path manifest = free(real.resolve("manifest.jsonl"));
        return new RescueFolder(
                real,
                manifest,
                Files.newBufferedWriter(manifest, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW));
    }

    Path manifest() {
        return manifest;
    }

    /** Copies bytes to a path, or beside it; returns their hash. */
    Sha256 copy(Path from, long sizeBytes, String path, String why) throws IOException {
        Path to = place(path);
        MessageDigest digest = sha256();
        long copied;
        try (InputStream in = new DigestInputStream(Files.newInputStream(from), digest);
                OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copied = transfer(in, out, sizeBytes);
        }
        Sha256 hash = Sha256.of(digest.digest());
        write(new Line(root.relativize(to).toString(), path, copied, hash.toString(), why));
        return hash;
    }

    private static long transfer(InputStream in, OutputStream out, long sizeBytes) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long left = sizeBytes;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                break;
            }
            out.write(buffer, 0, count);
            left -= count;
        }
        return sizeBytes - left;
    }

    void link(String path, String target, String why) throws IOException {
        Path to = place(path);
        Files.createSymbolicLink(to, Path.of(target));
        write(new Line(root.relativize(to).toString(), path, target.length(), "", why));
    }

    void folder(String path, String why) throws IOException {
        Files.createDirectories(within(path));
        write(new Line(path, path, 0, "", why));
    }

    /** Tells of what could not be copied. */
    void failed(String path, String why) throws IOException {
        write(new Line("", path, 0, "", why));
    }

    private void write(Line line) throws IOException {
        lines.write(new String(Json.write(line), StandardCharsets.UTF_8));
        lines.newLine();
        lines.flush();
    }

    private Path place(String path) throws IOException {
        Path to = within(path);
        Files.createDirectories(to.resolveSibling(""));
        if (!to.resolveSibling("").toRealPath().startsWith(root)) {
            throw new IOException(to + " leads out of " + root);
        }
        return free(to);
    }

    /** Names come from a file that may be damaged. */
    private Path within(String path) throws IOException {
        Path to = root.resolve(path.replace('\0', '_')).normalize();
        if (!to.startsWith(root) || to.equals(root)) {
            throw new IOException("'" + path + "' is no path in " + root);
        }
        return to;
    }

    private static Path free(Path wanted) {
        if (!Files.exists(wanted, LinkOption.NOFOLLOW_LINKS)) {
            return wanted;
        }
        String name = wanted.getFileName().toString();
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String extension = dot > 0 ? name.substring(dot) : "";
        int number = 2;
        while (true) {
            Path candidate = wanted.resolveSibling(stem + " (" + number + ")" + extension);
            if (!Files.exists(candidate, LinkOption.NOFOLLOW_LINKS)) {
                return candidate;
            }
            number++;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
