/**
 * A disk in memory with what makes real ones dangerous: a page cache that power loss empties, names that are durable later than
 * bytes, full disks, failing reads and flipped bits. A {@code java.nio.file} file system, so that the product's own code runs on it.
 */
@org.jspecify.annotations.NullMarked
package io.tinysync.simulation.disk;
