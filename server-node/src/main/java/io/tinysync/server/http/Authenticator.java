package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.identity.AdminToken;
import io.tinysync.server.identity.DeviceAccess;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** Finds out who makes a request, by its bearer token. */
final class Authenticator {

    private static final String SCHEME = "Bearer ";

    private final AdminToken adminToken;
    private final DeviceAccess devices;
    private final DeviceRates rates;

    Authenticator(AdminToken adminToken, DeviceAccess devices, DeviceRates rates) {
        this.adminToken = adminToken;
        this.devices = devices;
        this.rates = rates;
    }

    /**
     * The caller, and for a device whether it reaches the vault.
     *
     * @throws ProblemException if there is a token, and it is not valid, or its device asks too often
     */
    Caller caller(HttpRequest request, Optional<VaultId> vault) {
        Optional<String> header = request.getHeader("Authorization").map(HttpHeader::value);
        if (header.isEmpty()) {
            return new Caller.Anyone();
        }
        if (!header.get().regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new ProblemException(ProblemCode.UNAUTHORIZED, "the token must be sent as Bearer");
        }
        String token = header.get().substring(SCHEME.length()).strip();
        if (adminToken.matches(token)) {
            return new Caller.Admin();
        }
        Caller.Device caller = devices.authenticate(token, vault)
                .map(device -> new Caller.Device(device.deviceId(), device.reachesVault()))
                .orElseThrow(() -> new ProblemException(ProblemCode.UNAUTHORIZED, "the token is not valid"));
        rates.take(caller.id()).ifPresent(wait -> {
            throw ProblemException.tooManyRequests("the device asks too often", wait);
        });
        return caller;
    }
}
