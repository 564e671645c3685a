package io.tinysync.engine.device.core;

/**
 * The size of a tree.
 *
 * @param items live files, folders and links, the root not counted
 * @param bytes of all its files
 */
public record TreeTotals(long items, long bytes) {}
