package io.tinysync.client.store;

import io.tinysync.engine.protocol.ItemId;
import org.jspecify.annotations.Nullable;

/**
 * What a name is found by: the folder, and the name's key under the vault's policy. Compared with each name that is looked up, and a record's
 * own way is slow without the second compiler.
 */
record NameInFolder(ItemId folder, String key) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NameInFolder that && key.equals(that.key) && folder.equals(that.folder);
    }

    @Override
    public int hashCode() {
        return 31 * folder.hashCode() + key.hashCode();
    }
}
