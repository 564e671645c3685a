package io.tinysync.server.links;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.Optional;

/**
 * A live file or folder at or below a link's item.
 *
 * @param sha256 of a file's content; empty of a folder
 * @param size of a file in bytes; 0 of a folder
 */
public record SharedItem(ItemId itemId, String name, Optional<Sha256> sha256, long size) {

    public boolean isFolder() {
        return sha256.isEmpty();
    }
}
