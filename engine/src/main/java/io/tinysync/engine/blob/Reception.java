package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the bytes of blobs into a {@link Spool}, whole or in parts, and gives the {@link Shelf} those that have the right hash.
 * Blocking and thread-safe.
 */
final class Reception {

    /** Uploads in parts whose hash goes along with their bytes; those of any others are read once more at their end. */
    private static final int RUNNING_HASHES = 64;

    private final Spool spool;
    private final Shelf shelf;
    private final UploadAllowance allowance;
    private final UploadRoom room;
    private final UploadTurns turns = new UploadTurns();
    private final Map<UploadId, BlobDigest> digests = new LinkedHashMap<>();

    Reception(Spool spool, Shelf shelf, UploadAllowance allowance) {
        this.spool = spool;
        this.shelf = shelf;
        this.allowance = allowance;
        this.room = new UploadRoom(spool, allowance, InstantSource.system());
    }

    PutResult put(Sha256 id, long maxBytes, InputStream bytes) throws IOException {
        Path file = spool.fresh("put");
        try {
            BlobDigest digest = new BlobDigest();
            return Spool.append(bytes, file, maxBytes, digest)
                    ? published(id, file, digest.finish())
                    : new PutResult.TooLarge(maxBytes);
        } catch (IOException e) {
            return noSpaceOrThrow(e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private PutResult published(Sha256 id, Path file, Leaves leaves) throws IOException {
        if (!leaves.sha256().equals(id)) {
            return new PutResult.WrongHash(leaves.sha256());
        }
        Spool.force(file);
        shelf.publish(file, leaves);
        return new PutResult.Stored(leaves.size());
    }

    /** These are in memory already, and go to the shelf from there. */
    List<PutResult> putShort(List<ShortBlob> blobs) throws IOException {
        List<Sha256> actual =
                blobs.stream().map(blob -> Sha256.hash(blob.bytes())).toList();
        Map<Sha256, ShortBlob> right = new LinkedHashMap<>();
        for (int i = 0; i < blobs.size(); i++) {
            if (actual.get(i).equals(blobs.get(i).sha256())) {
                right.put(actual.get(i), blobs.get(i));
            }
        }
        Set<Sha256> withoutSpace = right.isEmpty() ? Set.of() : shelf.publishShort(right.values());
        List<PutResult> results = new ArrayList<>(blobs.size());
        for (int i = 0; i < blobs.size(); i++) {
            results.add(result(blobs.get(i), actual.get(i), withoutSpace));
        }
        return results;
    }

    private static PutResult result(ShortBlob blob, Sha256 actual, Set<Sha256> withoutSpace) {
        if (!actual.equals(blob.sha256())) {
            return new PutResult.WrongHash(actual);
        }
        return withoutSpace.contains(actual) ? new PutResult.NoSpace() : new PutResult.Stored(blob.size());
    }

    private static PutResult noSpaceOrThrow(IOException e) throws IOException {
        if (Spool.isDiskFull(e)) {
            return new PutResult.NoSpace();
        }
        throw e;
    }

    boolean hasRoom(long bytes) throws IOException {
        return spool.usableBytes() >= bytes;
    }

    /** Whoever asks is about to go on from there: what is still being added would make the answer wrong. */
    long arrived(UploadId upload) throws IOException {
        turns.endAddition(upload);
        return Spool.size(spool.partial(upload));
    }

    AppendResult append(UploadId upload, long offset, long maxBytes, InputStream bytes) throws IOException {
        try {
            return turns.add(upload, bytes, () -> appended(upload, offset, maxBytes, bytes));
        } catch (IOException e) {
            if (Spool.isDiskFull(e)) {
                return new AppendResult.NoSpace();
            }
            throw e;
        }
    }

    private AppendResult appended(UploadId upload, long offset, long maxBytes, InputStream bytes) throws IOException {
        if (!room.enter(upload, maxBytes)) {
            return new AppendResult.NoRoom(allowance);
        }
        try {
            return added(upload, offset, maxBytes, bytes);
        } finally {
            room.leave(upload);
        }
    }

    /** With its room taken, so that what has arrived stays. */
    private AppendResult added(UploadId upload, long offset, long maxBytes, InputStream bytes) throws IOException {
        Path file = spool.partial(upload);
        long arrived = Spool.size(file);
        if (offset != arrived) {
            return new AppendResult.WrongOffset(arrived);
        }
        Files.createDirectories(spool.folder(upload));
        BlobDigest digest = takeDigest(upload, file, arrived);
        try {
            return Spool.append(bytes, file, maxBytes, digest)
                    ? new AppendResult.Taken(digest.size())
                    : new AppendResult.TooLarge(maxBytes);
        } finally {
            keepDigest(upload, digest);
        }
    }

    /** The digest of what has arrived, for whoever goes on. */
    private BlobDigest takeDigest(UploadId upload, Path file, long arrived) throws IOException {
        BlobDigest running;
        synchronized (digests) {
            running = digests.remove(upload);
        }
        return running != null && running.size() == arrived ? running : Spool.digest(file);
    }

    private void keepDigest(UploadId upload, BlobDigest digest) {
        synchronized (digests) {
            digests.put(upload, digest);
            if (digests.size() > RUNNING_HASHES) {
                digests.remove(digests.keySet().iterator().next());
            }
        }
    }

    /** What has arrived becomes the blob; it stays for another attempt if the shelf fails, and goes otherwise. */
    PutResult complete(UploadId upload, Sha256 id) throws IOException {
        try {
            return turns.use(upload, () -> completed(upload, id));
        } catch (IOException e) {
            return noSpaceOrThrow(e);
        }
    }

    private PutResult completed(UploadId upload, Sha256 id) throws IOException {
        Path file = spool.partial(upload);
        room.hold(upload, Spool.size(file));
        try {
            BlobDigest digest = takeDigest(upload, file, Spool.size(file));
            PutResult result = published(id, file, digest.finish());
            Files.deleteIfExists(file);
            return result;
        } finally {
            room.leave(upload);
        }
    }

    void expire(Instant unusedSince) throws IOException {
        spool.expire(unusedSince);
    }
}
