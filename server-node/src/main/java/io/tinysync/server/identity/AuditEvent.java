package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.VaultId;
import java.util.Optional;

/** What was done, and to what; see {@link io.tinysync.engine.protocol.AuditEntry}. */
record AuditEvent(
        AuditAction action,
        Optional<DeviceId> device,
        Optional<GroupId> group,
        Optional<VaultId> vault,
        Optional<String> name) {

    static AuditEvent of(AuditAction action) {
        return new AuditEvent(action, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    AuditEvent to(DeviceId to) {
        return new AuditEvent(action, Optional.of(to), group, vault, name);
    }

    AuditEvent to(GroupId to) {
        return new AuditEvent(action, device, Optional.of(to), vault, name);
    }

    AuditEvent to(VaultId to) {
        return new AuditEvent(action, device, group, Optional.of(to), name);
    }

    AuditEvent named(String called) {
        return new AuditEvent(action, device, group, vault, Optional.of(called));
    }
}
