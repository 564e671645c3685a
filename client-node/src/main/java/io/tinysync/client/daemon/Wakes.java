package io.tinysync.client.daemon;

import io.tinysync.engine.device.VaultSync;
import io.tinysync.engine.device.WakeListener;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.Wake;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;

/** Passes the one wake socket's news to the vaults that are attached. Thread-safe. */
final class Wakes implements WakeListener {

    private final Map<VaultId, ActorRef<VaultSync.Command>> vaults = new ConcurrentHashMap<>();
    private boolean connected;

    /** From now on the vault hears of wakes, and of the socket as it stands. */
    synchronized void add(VaultId vaultId, ActorRef<VaultSync.Command> vault) {
        vaults.put(vaultId, vault);
        vault.tell(new VaultSync.SocketChanged(connected));
    }

    void remove(VaultId vaultId) {
        vaults.remove(vaultId);
    }

    @Override
    public void wake(Wake wake) {
        ActorRef<VaultSync.Command> vault = vaults.get(wake.vaultId());
        if (vault != null) {
            vault.tell(new VaultSync.Woken(wake.headSeq()));
        }
    }

    @Override
    public synchronized void connected(boolean nowConnected) {
        connected = nowConnected;
        vaults.values().forEach(vault -> vault.tell(new VaultSync.SocketChanged(nowConnected)));
    }
}
