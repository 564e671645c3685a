package io.tinysync.server.postgres;

import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs that come in the class path, unpacked once for each build of them and user. */
final class PostgresBinaries {

    private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

    private PostgresBinaries() {}

    /**
     * The folder that holds {@code bin/postgres} and {@code bin/initdb}. Unpacking is atomic: whoever comes second finds all of
     * it or does it again.
     *
     * @param cache where unpacked programs are kept; made if missing
     */
    static Path unpacked(Path cache) throws IOException, StartupException {
        String arch = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!arch.equals("Linux on amd64")) {
            throw new StartupException("no PostgreSQL comes with TinySync for " + arch + ": give --database-url");
        }
        Path home = cache.resolve("postgres-" + fingerprint());
        if (!Files.isDirectory(home)) {
            Files.createDirectories(cache);
            Path partial = Files.createTempDirectory(cache, "unpacking");
            try {
                unpack(partial);
                Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                deleteRecursively(partial);
                if (!Files.isDirectory(home)) {
                    throw e;
                }
            }
        }
        return home;
    }

    /** Tells one build of the programs from another by the archive's own checksum, which costs nothing to read. */
    private static String fingerprint() throws IOException {
        URLConnection connection = archiveUrl().openConnection();
        long mark =
                connection instanceof JarURLConnection jar ? jar.getJarEntry().getCrc() : connection.getLastModified();
        return Long.toHexString(mark) + "-" + connection.getContentLengthLong();
    }

    private static void unpack(Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(archiveUrl().openStream()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, target.resolve(entry.getName()));
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, path);
            String executable = (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--";
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable));
        }
    }

    private static URL archiveUrl() throws IOException {
        URL url = PostgresBinaries.class.getResource(ARCHIVE);
        if (url == null) {
            throw new IOException("the class path lacks " + ARCHIVE);
        }
        return url;
    }

    static void deleteRecursively(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
