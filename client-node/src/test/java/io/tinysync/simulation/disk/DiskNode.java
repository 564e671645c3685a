package io.tinysync.simulation.disk;

/** What a name on the disk stands for. */
sealed interface DiskNode permits DiskFile, DiskFolder {}
