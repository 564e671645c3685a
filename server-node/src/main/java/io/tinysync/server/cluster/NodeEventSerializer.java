package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.Json;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Node events as JSON, under a manifest of its own each; see {@code VaultMessageSerializer} for rolling updates. */
public final class NodeEventSerializer extends SerializerWithStringManifest {

    private static final int IDENTIFIER = 742003;

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object event) {
        return switch ((NodeEvent) event) {
            case NodeEvent.Committed _ -> "committed-1";
            case NodeEvent.GrantsChanged _ -> "grants-changed-1";
            case NodeEvent.Revoked _ -> "revoked-1";
        };
    }

    @Override
    public byte[] toBinary(Object event) {
        return Json.write(event);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        try {
            return switch (manifest) {
                case "committed-1" -> Json.read(bytes, NodeEvent.Committed.class);
                case "grants-changed-1" -> Json.read(bytes, NodeEvent.GrantsChanged.class);
                case "revoked-1" -> Json.read(bytes, NodeEvent.Revoked.class);
                default -> throw new NotSerializableException("unknown event " + manifest);
            };
        } catch (Json.MalformedException e) {
            throw new NotSerializableException(manifest + " is broken: " + e.getMessage());
        }
    }
}
