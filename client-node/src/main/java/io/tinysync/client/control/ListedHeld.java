package io.tinysync.client.control;

import org.jspecify.annotations.Nullable;

/**
 * A held file as {@code held --json} prints it.
 *
 * @param vault the vault's name
 * @param mountpoint where its drive is
 * @param path relative to the drive
 * @param size of the recovered bytes
 * @param recordedSize of the content that the file had before, which is shown again if what was recovered is dropped; null if it
 *     had none, and then the file goes
 * @param why one sentence
 */
public record ListedHeld(
        String vault,
        String mountpoint,
        String path,
        long size,
        @Nullable Long recordedSize,
        String why) {}
