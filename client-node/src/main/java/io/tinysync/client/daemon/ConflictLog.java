package io.tinysync.client.daemon;

import io.tinysync.engine.device.TreeListener;
import io.tinysync.engine.device.core.Place;
import io.tinysync.engine.device.core.Resolved;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.VaultId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes into the daemon's log how changes of this device that met others' were settled, for whoever wonders at the outcome. */
record ConflictLog(VaultId vaultId) implements TreeListener {

    private static final Logger LOG = LoggerFactory.getLogger(ConflictLog.class);

    @Override
    public void changed(Set<Place> places, Set<ItemId> items) {}

    @Override
    public void everythingChanged() {}

    @Override
    public void resolved(List<Resolved> conflicts) {
        for (Resolved conflict : conflicts) {
            LOG.info(
                    "vault {}: {} {} '{}': {}",
                    vaultId,
                    conflict.kind(),
                    conflict.itemId(),
                    conflict.name(),
                    conflict.resolution().name().toLowerCase(Locale.ROOT));
        }
    }
}
