package io.tinysync.engine.vault;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.GoldenFiles;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.vault.core.Submission;
import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages that cross nodes come out as they went in, by the serializers that {@code reference.conf} binds. */
final class VaultMessageSerializerTest {

    private final VaultNode node = new VaultNode();
    private final SerializationTestKit serialization = node.kit().serializationTestKit();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void requests_keep_their_content_and_their_sender() throws Json.MalformedException {
        MutationsRequest request = Json.read(GoldenFiles.bytes("mutations-request"), MutationsRequest.class);
        Submission submission = new Submission(node.newDevice(), request, Map.of(Sha256.hash(new byte[0]), 0L))
                .withChainAtCursor(new Chain(1, 2));

        serialization.verifySerialization(
                new VaultCommand.Submit(
                        submission,
                        Origin.UNKNOWN,
                        node.probe(SubmitReply.class).getRef()),
                true);
        serialization.verifySerialization(
                new VaultCommand.Locate(node.probe(LocateReply.class).getRef()), true);
        serialization.verifySerialization(
                new VaultCommand.Describe(node.probe(HeadReply.class).getRef()), true);
        serialization.verifySerialization(
                new VaultCommand.BeginEpoch(node.probe(EpochReply.class).getRef()), true);
    }

    @Test
    void answers_keep_their_content() throws Json.MalformedException {
        MutationsReply reply = Json.read(GoldenFiles.bytes("mutations-reply"), MutationsReply.class);

        serialization.verifySerialization(new SubmitReply.Answered(reply), true);
        serialization.verifySerialization(new SubmitReply.Diverged(), true);
        serialization.verifySerialization(new SubmitReply.Rewound(7), true);
        serialization.verifySerialization(new HeadReply.Described(new VaultHead(Cursor.START, 2, 3)), true);
        serialization.verifySerialization(new EpochReply.Begun(Cursor.START), true);
        serialization.verifySerialization(new LocateReply.Located("http://node:1"), true);
        serialization.verifySerialization(new Unavailable("why", true), true);
    }

    @Test
    void a_tree_stays_on_its_node() {
        assertThatThrownBy(() -> serialization.verifySerialization(
                        new VaultCommand.ReadTree(node.probe(TreeReply.class).getRef()), true))
                .isInstanceOf(Exception.class);
    }

    @Test
    void an_event_of_an_unknown_form_is_not_guessed_at() {
        VaultEventSerializer serializer = new VaultEventSerializer();

        assertThatThrownBy(() -> serializer.fromBinary(GoldenFiles.bytes("stored-entry-1"), "entry-2"))
                .isInstanceOf(NotSerializableException.class);
    }
}
