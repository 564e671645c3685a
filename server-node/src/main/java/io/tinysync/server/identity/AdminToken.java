package io.tinysync.server.identity;

import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** The secret that management needs. */
public final class AdminToken {

    private static final int SECRET_BYTES = 32;

    private final String text;
    private final byte[] hash;

    private AdminToken(String text) {
        this.text = text;
        this.hash = hash(text);
    }

    /** Takes the one that the operator chose; otherwise the one kept in {@code file}, which is made (0600) if it is missing. */
    public static AdminToken load(Optional<String> chosen, Path file) throws IOException {
        if (chosen.isPresent()) {
            return new AdminToken(chosen.get());
        }
        if (!Files.exists(file) || Files.readString(file).isBlank()) {
            make(file);
        }
        return new AdminToken(Files.readString(file).strip());
    }

    /** On the disk before it has its name: a power loss would else leave an empty one. */
    private static void make(Path file) throws IOException {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n";
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text, StandardOpenOption.DSYNC);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Compares hashes, so that the time taken tells nothing of the token, nor of its length. */
    public boolean matches(String text) {
        return MessageDigest.isEqual(hash, hash(text));
    }

    /** For requests to other nodes of the cluster. */
    public String text() {
        return text;
    }

    private static byte[] hash(String text) {
        return Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8));
    }
}
