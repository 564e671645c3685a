package io.tinysync.client.drive;

import io.tinysync.engine.protocol.ItemKind;

/**
 * What stat shows of an inode.
 *
 * @param ino the inode's number, the same for an item as long as this device knows it
 * @param mode the nine permission bits, without the kind
 * @param sizeBytes of the content, or of a link's target
 * @param mtimeNs nanoseconds since 1970; access and change time are shown as the same
 * @param links how many names it has: 1, or 0 for an open file that was unlinked or replaced
 */
public record Attributes(long ino, ItemKind kind, int mode, long sizeBytes, long mtimeNs, int links) {

    public Attributes withLinks(int otherLinks) {
        return new Attributes(ino, kind, mode, sizeBytes, mtimeNs, otherLinks);
    }

    public boolean isFolder() {
        return kind == ItemKind.FOLDER;
    }
}
