package io.tinysync.engine.vault;

import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.vault.core.Submission;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The form of those messages that cross nodes: JSON, under a manifest of its own each. During a rolling update nodes of two
 * versions talk to each other, so a changed form gets a new manifest and the old one is read for one version more.
 */
public final class VaultMessageSerializer extends SerializerWithStringManifest {

    private static final int IDENTIFIER = 742002;

    private final ActorRefResolver references;

    /** Made by Pekko. */
    public VaultMessageSerializer(ExtendedActorSystem system) {
        this.references = ActorRefResolver.get(Adapter.toTyped(system));
    }

    private record Submit(String replyTo, Submission submission) {}

    private record Ask(String replyTo) {}

    private record SetLimits(String replyTo, Limits limits, long revision) {}

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch (message) {
            case VaultCommand.Submit _ -> "submit-1";
            case VaultCommand.Locate _ -> "locate-1";
            case VaultCommand.Describe _ -> "describe-1";
            case VaultCommand.BeginEpoch _ -> "begin-epoch-1";
            case VaultCommand.SetLimits _ -> "set-limits-1";
            case SubmitReply.Answered _ -> "answered-1";
            case SubmitReply.Diverged _ -> "diverged-1";
            case SubmitReply.Rewound _ -> "rewound-1";
            case LocateReply.Located _ -> "located-1";
            case HeadReply.Described _ -> "described-1";
            case EpochReply.Begun _ -> "begun-1";
            case LimitsReply.Set _ -> "limits-set-1";
            case Unavailable _ -> "unavailable-1";
            default -> throw new IllegalArgumentException("stays on its node: " + message.getClass());
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        return Json.write(
                switch (message) {
                    case VaultCommand.Submit submit -> new Submit(text(submit.replyTo()), submit.submission());
                    case VaultCommand.Locate locate -> new Ask(text(locate.replyTo()));
                    case VaultCommand.Describe describe -> new Ask(text(describe.replyTo()));
                    case VaultCommand.BeginEpoch begin -> new Ask(text(begin.replyTo()));
                    case VaultCommand.SetLimits set -> new SetLimits(text(set.replyTo()), set.limits(), set.revision());
                    default -> message;
                });
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        try {
            return read(bytes, manifest);
        } catch (Json.MalformedException e) {
            throw new NotSerializableException(manifest + " is broken: " + e.getMessage());
        }
    }

    private Object read(byte[] bytes, String manifest) throws Json.MalformedException, NotSerializableException {
        return switch (manifest) {
            case "submit-1" -> {
                Submit submit = Json.read(bytes, Submit.class);
                yield new VaultCommand.Submit(submit.submission(), Origin.UNKNOWN, reference(submit.replyTo()));
            }
            case "locate-1" ->
                new VaultCommand.Locate(reference(Json.read(bytes, Ask.class).replyTo()));
            case "describe-1" ->
                new VaultCommand.Describe(reference(Json.read(bytes, Ask.class).replyTo()));
            case "begin-epoch-1" ->
                new VaultCommand.BeginEpoch(
                        reference(Json.read(bytes, Ask.class).replyTo()));
            case "set-limits-1" -> {
                SetLimits set = Json.read(bytes, SetLimits.class);
                yield new VaultCommand.SetLimits(set.limits(), set.revision(), reference(set.replyTo()));
            }
            case "answered-1" -> Json.read(bytes, SubmitReply.Answered.class);
            case "diverged-1" -> Json.read(bytes, SubmitReply.Diverged.class);
            case "rewound-1" -> Json.read(bytes, SubmitReply.Rewound.class);
            case "located-1" -> Json.read(bytes, LocateReply.Located.class);
            case "described-1" -> Json.read(bytes, HeadReply.Described.class);
            case "begun-1" -> Json.read(bytes, EpochReply.Begun.class);
            case "limits-set-1" -> new LimitsReply.Set();
            case "unavailable-1" -> Json.read(bytes, Unavailable.class);
            default -> throw new NotSerializableException("unknown message " + manifest);
        };
    }

    private String text(ActorRef<?> reference) {
        return references.toSerializationFormat(reference);
    }

    private <T> ActorRef<T> reference(String text) {
        return references.resolveActorRef(text);
    }
}
