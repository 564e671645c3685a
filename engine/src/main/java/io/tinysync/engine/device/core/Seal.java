package io.tinysync.engine.device.core;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What a program has written and closed while a writer may still have the file open: recorded, not yet to be sent.
 *
 * @param content what was written
 * @param seen the content that the writer had seen; absent where the file was new
 */
public record Seal(Content content, @Nullable Sha256 seen) {}
