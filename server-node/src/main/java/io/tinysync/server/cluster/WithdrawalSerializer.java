package io.tinysync.server.cluster;

import io.tinysync.engine.protocol.Json;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** The messages of {@link Withdrawals}; a node that does not know them is waited for as one that does not answer. */
public final class WithdrawalSerializer extends SerializerWithStringManifest {

    private static final int IDENTIFIER = 742004;
    private static final String FORGET = "forget-access-1";
    private static final String FORGOTTEN = "access-forgotten-1";

    private final ActorRefResolver references;

    /** Made by Pekko. */
    public WithdrawalSerializer(ExtendedActorSystem system) {
        this.references = ActorRefResolver.get(Adapter.toTyped(system));
    }

    private record Ask(String replyTo) {}

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch ((Withdrawals.Message) message) {
            case Withdrawals.Forget _ -> FORGET;
            case Withdrawals.Forgotten _ -> FORGOTTEN;
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        return Json.write(
                message instanceof Withdrawals.Forget forget
                        ? new Ask(references.toSerializationFormat(forget.replyTo()))
                        : message);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        try {
            return switch (manifest) {
                case FORGET ->
                    new Withdrawals.Forget(references.resolveActorRef(
                            Json.read(bytes, Ask.class).replyTo()));
                case FORGOTTEN -> new Withdrawals.Forgotten();
                default -> throw new NotSerializableException("unknown message " + manifest);
            };
        } catch (Json.MalformedException e) {
            throw new NotSerializableException(manifest + " is broken: " + e.getMessage());
        }
    }
}
