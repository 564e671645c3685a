package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;

/** Who may call a route. */
enum Access {
    ANYONE,
    /** Any device, or the administrator. */
    TOKEN,
    ADMIN,
    DEVICE,
    /** A device that reaches the vault in the path; to any other the vault does not exist. */
    VAULT,
    /** As {@link #VAULT}, or the administrator. */
    VAULT_OR_ADMIN;

    /**
     * Lets the caller pass.
     *
     * @throws ProblemException if the caller may not
     */
    void check(Caller caller) {
        if (this == ANYONE) {
            return;
        }
        switch (caller) {
            case Caller.Anyone() -> throw new ProblemException(ProblemCode.UNAUTHORIZED, "no token was sent");
            case Caller.Admin() -> {
                if (this == DEVICE || this == VAULT) {
                    throw new ProblemException(ProblemCode.FORBIDDEN, "this needs a device's token");
                }
            }
            case Caller.Device device -> checkDevice(device);
        }
    }

    private void checkDevice(Caller.Device device) {
        if (this == ADMIN) {
            throw new ProblemException(ProblemCode.FORBIDDEN, "this needs the admin token");
        }
        if ((this == VAULT || this == VAULT_OR_ADMIN) && !device.reachesVault()) {
            throw ProblemException.notFound("vault");
        }
    }
}
