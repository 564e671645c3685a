package io.tinysync.server.identity;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.GroupId;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.VaultId;
import java.util.Optional;

/** What was done, and to what; see {@link io.tinysync.engine.protocol.AuditEntry}. */
public record AuditEvent(
        AuditAction action,
        Optional<DeviceId> device,
        Optional<GroupId> group,
        Optional<VaultId> vault,
        Optional<LinkId> link,
        Optional<String> name) {

    public static AuditEvent of(AuditAction action) {
        return new AuditEvent(
                action, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    AuditEvent to(DeviceId to) {
        return new AuditEvent(action, Optional.of(to), group, vault, link, name);
    }

    AuditEvent to(GroupId to) {
        return new AuditEvent(action, device, Optional.of(to), vault, link, name);
    }

    public AuditEvent to(VaultId to) {
        return new AuditEvent(action, device, group, Optional.of(to), link, name);
    }

    public AuditEvent to(LinkId to) {
        return new AuditEvent(action, device, group, vault, Optional.of(to), name);
    }

    AuditEvent named(String called) {
        return new AuditEvent(action, device, group, vault, link, Optional.of(called));
    }
}
