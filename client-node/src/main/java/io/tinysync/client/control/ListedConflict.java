package io.tinysync.client.control;

/**
 * A conflict copy as {@code conflicts --json} prints it.
 *
 * @param vault the vault's name
 * @param mountpoint where its drive is
 * @param path the copy, relative to the drive
 * @param original what it is a copy of, relative to the drive
 * @param originalExists whether something is there under that name
 * @param device the name of the device whose edit the copy holds
 * @param date on which that device made it, by its own clock
 * @param size of the copy in bytes
 * @param mine which of the two this device wrote: copy or original
 */
public record ListedConflict(
        String vault,
        String mountpoint,
        String path,
        String original,
        boolean originalExists,
        String device,
        String date,
        long size,
        String mine) {}
