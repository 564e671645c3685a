package io.tinysync.client.drive;

/**
 * A file that was just opened.
 *
 * @param handle to be given back by {@link Drive#release}
 */
public record Opened(long handle, Attributes attributes) {}
