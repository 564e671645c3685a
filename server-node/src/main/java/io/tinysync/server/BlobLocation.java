package io.tinysync.server;

import com.typesafe.config.Config;
import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.blob.FileBlobStore;
import io.tinysync.engine.blob.S3Access;
import io.tinysync.engine.blob.S3BlobStore;
import io.tinysync.engine.blob.UploadAllowance;
import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the operator wants blobs to be. */
sealed interface BlobLocation {

    Logger LOG = LoggerFactory.getLogger(BlobLocation.class);

    String FILE_SCHEME = "file:";
    String S3_SCHEME = "s3://";

    /** A directory of this machine. */
    record Folder(Path path) implements BlobLocation {

        @Override
        public String toString() {
            return FILE_SCHEME + path;
        }
    }

    /**
     * A bucket.
     *
     * @param spool where on this machine uploads are received
     */
    record Bucket(S3Access access, Path spool) implements BlobLocation {

        @Override
        public String toString() {
            return access.toString();
        }
    }

    /**
     * Reads {@code file:DIR} or {@code s3://BUCKET}; nothing is {@code blobs} under the data directory.
     *
     * @param s3 the settings of buckets
     */
    static BlobLocation read(Optional<String> store, Path data, Config s3) throws StartupException {
        if (store.isEmpty()) {
            return new Folder(data.resolve("blobs"));
        }
        checkForm(store.get());
        if (store.get().startsWith(FILE_SCHEME)) {
            return new Folder(
                    Path.of(store.get().substring(FILE_SCHEME.length())).toAbsolutePath());
        }
        try {
            return new Bucket(access(store.get().substring(S3_SCHEME.length()), s3), data.resolve("uploads"));
        } catch (IllegalArgumentException e) {
            throw new StartupException("the settings of the S3 store are not valid: " + e.getMessage(), e);
        }
    }

    private static S3Access access(String bucket, Config s3) {
        Optional<String> endpoint = ServerSettings.text(s3, "endpoint");
        if (endpoint.isPresent() && !URI.create(endpoint.get()).isAbsolute()) {
            throw new IllegalArgumentException(
                    "the endpoint must be http(s)://HOST[:PORT], not '" + endpoint.get() + "'");
        }
        return new S3Access(
                bucket,
                endpoint,
                s3.getString("region"),
                ServerSettings.text(s3, "access-key"),
                ServerSettings.text(s3, "secret-key"));
    }

    /** Passes if the text is of one of the two forms. */
    static void checkForm(String store) throws StartupException {
        boolean isFolder = store.startsWith(FILE_SCHEME) && store.length() > FILE_SCHEME.length();
        boolean isBucket = store.startsWith(S3_SCHEME)
                && store.substring(S3_SCHEME.length()).matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
        if (!isFolder && !isBucket) {
            throw new StartupException("the blob store must be file:DIRECTORY or s3://BUCKET, not '" + store + "'");
        }
    }

    /**
     * Opens the store. A bucket that its server refuses is an error; a server that does not answer now may do so later.
     *
     * @param allowance of each device for uploads in parts
     * @param blocking for file operations
     */
    default BlobStore open(UploadAllowance allowance, ClassicActorSystemProvider system, Executor blocking)
            throws StartupException {
        try {
            return switch (this) {
                case Folder(Path path) -> FileBlobStore.open(path, allowance, system, blocking);
                case Bucket(S3Access access, Path spool) -> {
                    S3BlobStore store = S3BlobStore.open(access, spool, allowance, system, blocking);
                    checkAccess(store, access);
                    yield store;
                }
            };
        } catch (FileSystemException e) {
            throw new StartupException("cannot use " + e.getFile() + " for blobs: " + reason(e), e);
        } catch (IOException e) {
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The JDK says some reasons by an exception's type alone. */
    private static String reason(FileSystemException e) {
        return switch (e) {
            case FileAlreadyExistsException exists -> "it is no directory";
            case NoSuchFileException missing -> "there is no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case FileSystemException other -> String.valueOf(other.getReason());
        };
    }

    private static void checkAccess(S3BlobStore store, S3Access access) throws StartupException {
        try {
            Optional<String> refusal = store.refusal().toCompletableFuture().get();
            if (refusal.isPresent()) {
                throw new StartupException(access + " cannot be used: " + refusal.get());
            }
        } catch (ExecutionException e) {
            LOG.warn("{} does not answer yet: {}", access, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("interrupted while asking for " + access, e);
        }
    }
}
