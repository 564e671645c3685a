package io.tinysync.server.identity;

import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.identity.Devices.Authenticated;
import io.tinysync.server.identity.RememberedAccess.Moment;
import io.tinysync.server.identity.RememberedAccess.Question;
import io.tinysync.server.metrics.AccessMetrics;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Decides whose token a request has and whether it reaches a vault: by what is remembered, or by one indexed query. Calls block. */
public final class DeviceAccess {

    private final Devices devices;
    private final RememberedAccess remembered;
    private final BooleanSupplier hearsAll;
    private final AccessMetrics metrics;

    /** @param hearsAll whether this node hears of it when another one takes access away; while it does not, it asks each time */
    public DeviceAccess(Devices devices, RememberedAccess remembered, BooleanSupplier hearsAll, AccessMetrics metrics) {
        this.devices = devices;
        this.remembered = remembered;
        this.hearsAll = hearsAll;
        this.metrics = metrics;
    }

    /** Empty if the token is nobody's or was revoked. */
    public Optional<Authenticated> authenticate(String tokenText, Optional<VaultId> vault) {
        return DeviceToken.parse(tokenText).flatMap(token -> authenticate(token, vault));
    }

    private Optional<Authenticated> authenticate(DeviceToken token, Optional<VaultId> vault) {
        Question question = new Question(token.deviceId(), vault);
        if (hearsAll.getAsBoolean()
                && remembered.find(question).filter(token::matches).isPresent()) {
            metrics.remembered();
            return Optional.of(new Authenticated(token.deviceId(), vault.isPresent()));
        }
        return lookedUp(token, question);
    }

    private Optional<Authenticated> lookedUp(DeviceToken token, Question question) {
        metrics.lookedUp();
        Moment before = remembered.now();
        Optional<Authenticated> found = devices.authenticate(token, question.vault());
        boolean may = found.filter(
                        device -> device.reachesVault() || question.vault().isEmpty())
                .isPresent();
        if (may) {
            remembered.put(question, token.secretHash(), before);
        }
        return found;
    }
}
