package io.tinysync.client.drive;

import io.tinysync.engine.protocol.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What the one who opened a file for writing had seen of it (DESIGN §2, seen): the base of what is written through that opening.
 *
 * @param seen the content; absent where the file was new
 */
record WriteBase(@Nullable Sha256 seen) {

    /** Of a file that was just created. */
    static final WriteBase NEW = new WriteBase(null);
}
