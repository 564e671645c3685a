package io.tinysync.client.daemon;

import io.tinysync.client.http.RemoteServer;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.VaultStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What the server says that a vault takes. Never waits: who asks gets what was said last, and has the server asked again now and then. */
final class VaultLimits implements Supplier<Limits> {

    /** How long a drive may go by a quota that an administrator has changed, while it is written to. */
    private static final Duration ASK_EVERY = Duration.ofSeconds(5);

    private final VaultStatus vault;
    private final RemoteServer server;
    private final Clock clock;
    private final AtomicLong askedMs;
    private volatile Limits said;

    VaultLimits(VaultStatus vault, RemoteServer server, Clock clock) {
        this.vault = vault;
        this.server = server;
        this.clock = clock;
        this.askedMs = new AtomicLong(clock.millis());
        this.said = vault.limits();
    }

    @Override
    public Limits get() {
        long asked = askedMs.get();
        long now = clock.millis();
        boolean isOld = now < asked || now - asked >= ASK_EVERY.toMillis();
        if (isOld && askedMs.compareAndSet(asked, now)) {
            var _ = server.vaults().thenAccept(this::hear);
        }
        return said;
    }

    private void hear(List<VaultStatus> vaults) {
        vaults.stream()
                .filter(each -> each.vaultId().equals(vault.vaultId()))
                .findFirst()
                .ifPresent(each -> said = each.limits());
    }
}
