package io.tinysync.e2e;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A directory tree as a comparable value, and a real one to begin with. */
final class Tree {

    private static final long YEAR_2000_NS = 946_684_800_000_000_000L;

    private Tree() {}

    /** Path → kind, mode, mtime and content hash (or link target) of everything below a directory; a read of every byte. */
    static Map<String, String> complete(Path root) throws IOException {
        return read(root, true);
    }

    /** The same without contents but with sizes: what a listing shows. */
    static Map<String, String> listing(Path root) throws IOException {
        return read(root, false);
    }

    private static Map<String, String> read(Path root, boolean contents) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Iterator<Path> all = paths.iterator(); all.hasNext(); ) {
                Path path = all.next();
                if (!path.equals(root)) {
                    tree.put(root.relativize(path).toString(), describe(path, contents));
                }
            }
        }
        return tree;
    }

    private static String describe(Path path, boolean contents) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink()) {
            return "link to " + Files.readSymbolicLink(path);
        }
        String mode = PosixFilePermissions.toString(attributes.permissions());
        if (attributes.isDirectory()) {
            return "folder " + mode;
        }
        String what = contents ? hash(path) : attributes.size() + " bytes";
        return "file " + mode + " " + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS) + " " + what;
    }

    /** What is in the files of a folder, under whatever names. */
    static List<String> texts(Path folder) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }

    static String hash(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (var in = Files.newInputStream(file)) {
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the class files of the JDK's own base module below {@code root}, at most {@code limit}, with odd modes and mtimes. */
    static int unpackJdk(Path root, int limit) throws IOException {
        Random random = new Random(7);
        FileSystem image = FileSystems.getFileSystem(URI.create("jrt:/"));
        Path base = image.getPath("/modules/java.base/java");
        int count = 0;
        try (Stream<Path> paths = Files.walk(base)) {
            for (Iterator<Path> all = paths.iterator(); all.hasNext() && count < limit; ) {
                Path path = all.next();
                Path target = root.resolve(base.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.write(target, Files.readAllBytes(path));
                    Files.setPosixFilePermissions(
                            target,
                            PosixFilePermissions.fromString(random.nextInt(5) == 0 ? "rwxr-xr-x" : "rw-r-----"));
                    long mtimeNs = YEAR_2000_NS + random.nextLong(800_000_000_000_000_000L);
                    Files.setLastModifiedTime(target, FileTime.from(mtimeNs, TimeUnit.NANOSECONDS));
                    count++;
                }
            }
        }
        Files.createSymbolicLink(root.resolve("link"), Path.of("lang/../nowhere"));
        return count;
    }
}
