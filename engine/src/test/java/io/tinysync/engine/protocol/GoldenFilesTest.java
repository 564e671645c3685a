package io.tinysync.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The wire as files that this code did not write: a change of a name or a form shows here before it breaks a device. */
final class GoldenFilesTest {

    /** The record of a file, by the first word of its name or by its whole name. */
    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("audit-page", AuditPage.class),
            Map.entry("blobs-reply", BlobsReply.class),
            Map.entry("create-link", PublicLinks.CreateLink.class),
            Map.entry("created-link", PublicLinks.CreatedLink.class),
            Map.entry("cursor", Cursor.class),
            Map.entry("entry", Entry.class),
            Map.entry("item", Item.class),
            Map.entry("leaves", Leaves.class),
            Map.entry("link-status", PublicLinks.LinkStatus.class),
            Map.entry("log-page", LogPage.class),
            Map.entry("mutations-reply", MutationsReply.class),
            Map.entry("mutations-request", MutationsRequest.class),
            Map.entry("op", Op.class),
            Map.entry("pairing", Management.Pairing.class),
            Map.entry("problem", Problem.class),
            Map.entry("projection-status", ProjectionStatus.class),
            Map.entry("read-blobs", ReadBlobs.class),
            Map.entry("register-device", Management.RegisterDevice.class),
            Map.entry("result", OpResult.class),
            Map.entry("snapshot-header", SnapshotHeader.class),
            Map.entry("snapshot-trailer", SnapshotTrailer.class),
            Map.entry("vault-status", VaultStatus.class),
            Map.entry("wake", Wake.class));

    /** All but the stored forms, which the vault's own test reads. */
    static List<String> names() {
        return GoldenFiles.names("").stream()
                .filter(name -> !name.startsWith("stored-"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void a_record_is_read_and_written_as_the_file_has_it(String name) throws Json.MalformedException {
        byte[] golden = GoldenFiles.bytes(name);
        Object value = Json.read(golden, type(name));

        ObjectNode expected = Json.read(golden, ObjectNode.class);
        assertThat(Json.read(Json.write(value), ObjectNode.class)).isEqualTo(expected);
        assertThat(Json.canonical(value)).isEqualTo(CanonicalJson.bytes(expected));
        assertThat(Json.read(Json.write(value), type(name))).isEqualTo(value);
    }

    @Test
    void there_is_a_file_of_every_kind_of_op() {
        List<Class<?>> kinds = GoldenFiles.names("op-").stream()
                .<Class<?>>map(name -> op(name).getClass())
                .distinct()
                .toList();

        assertThat(kinds).containsExactlyInAnyOrder(Op.class.getPermittedSubclasses());
    }

    @Test
    void the_chains_of_a_page_follow_from_its_entries() throws Json.MalformedException {
        LogPage page = Json.readLogPage(GoldenFiles.bytes("log-page"), Cursor.START);

        assertThat(page.entries()).extracting(Entry::kind).contains(EntryKind.EPOCH, EntryKind.DELETE_SUBTREE);
        assertThat(page.entries().getLast().cursor().epoch()).isEqualTo(2);
    }

    @Test
    void the_codes_are_these() {
        assertThat(Arrays.stream(RejectionCode.values()).map(RejectionCode::toString))
                .containsExactly(
                        "version_conflict",
                        "name_taken",
                        "parent_missing",
                        "item_missing",
                        "item_exists",
                        "cycle",
                        "invalid_name",
                        "not_empty",
                        "subtree_changed",
                        "dependency_rejected",
                        "blob_missing",
                        "too_large",
                        "quota_exceeded",
                        "held",
                        "op_id_reused",
                        "unknown");
    }

    private static Op op(String name) {
        try {
            return Json.read(GoldenFiles.bytes(name), Op.class);
        } catch (Json.MalformedException e) {
            throw new AssertionError(name, e);
        }
    }

    private static Class<?> type(String name) {
        Class<?> exact = TYPES.get(name);
        Class<?> byWord = TYPES.get(name.split("-", 2)[0]);
        Class<?> type = exact == null ? byWord : exact;
        if (type == null) {
            throw new AssertionError("no record for the file " + name);
        }
        return type;
    }
}
