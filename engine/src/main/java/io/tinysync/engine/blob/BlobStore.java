package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Immutable contents by their SHA-256. Knows nothing of vaults or access: whoever calls decides who may have what.
 *
 * <p>A blob is visible only whole and only with the bytes that its id names. Any number of callers may put, read and delete
 * the same blob at once. Every operation may be repeated. Bytes are streamed; memory does not depend on a blob's size.
 *
 * <p>A stage fails, with an {@link java.io.IOException}, when the store cannot be read or written; that says nothing about
 * whether a blob is there.
 */
public interface BlobStore {

    /**
     * Keeps the bytes under their id. Always reads them, also if the blob is there already, so that a caller proves to have
     * them. Once the result is {@link PutResult.Stored} the blob survives a crash of the process and of the machine. After any
     * other result, a failure of {@code bytes} or of the store, or a crash, the blob is as it was before, and what was written
     * half is removed, at the latest when the store is next opened.
     *
     * @param maxBytes how many bytes are taken at most
     * @param bytes materialised once; cancelled when they turn out not to be wanted
     */
    CompletionStage<PutResult> put(Sha256 id, long maxBytes, Source<ByteString, ?> bytes);

    /** The blob's size in bytes; empty if it is not there. */
    CompletionStage<OptionalLong> stat(Sha256 id);

    /**
     * The bytes from {@code offset} on, at most {@code length} of them, in chunks of at most 128 KiB. The source fails with a
     * {@link java.nio.file.NoSuchFileException} if the blob is not there; once it has begun, a delete does not disturb it.
     */
    Source<ByteString, NotUsed> read(Sha256 id, long offset, long length);

    /** The hashes of the blob's pieces; empty if it is not there. Fails if what is stored no longer has the blob's hash. */
    CompletionStage<Optional<Leaves>> leaves(Sha256 id);

    /** Removes the blob; nothing happens if it is not there. Durable once the stage completes. */
    CompletionStage<Void> delete(Sha256 id);
}
