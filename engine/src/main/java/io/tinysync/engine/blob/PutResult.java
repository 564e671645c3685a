package io.tinysync.engine.blob;

import io.tinysync.engine.protocol.Sha256;

/** What became of a put whose bytes could be read to their end, or as far as they were wanted. */
public sealed interface PutResult {

    /** The blob is durable and visible, with this size; whether it was there before makes no difference. */
    record Stored(long size) implements PutResult {}

    /** The bytes have another hash than the one that names them; nothing was kept. */
    record WrongHash(Sha256 actual) implements PutResult {}

    /** There were more bytes than this limit; nothing was kept, and the rest was not read. */
    record TooLarge(long limit) implements PutResult {}

    /** The disk is full or the quota of the file system reached; nothing was kept. */
    record NoSpace() implements PutResult {}
}
