package io.tinysync.client.content;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list of leaves in a file: their hashes in order, 32 bytes each, and nothing else. One that is damaged fits no bytes. */
final class LeafListFile {

    static final String SUFFIX = ".leaves";

    private final Path path;
    private final Content content;

    LeafListFile(Path path, Content content) {
        this.path = path;
        this.content = content;
    }

    void write(Leaves leaves) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(leaves.leaves().size() * Sha256.BYTES);
        leaves.leaves().forEach(leaf -> bytes.put(leaf.toBytes()));
        Files.write(path, bytes.array());
    }

    /** The list; empty if there is none of the content's length, or it cannot be read. */
    Optional<Leaves> read() {
        try {
            byte[] bytes = Files.readAllBytes(path);
            long count = (content.size() + Leaves.LEAF_BYTES - 1) / Leaves.LEAF_BYTES;
            return bytes.length == count * Sha256.BYTES ? Optional.of(parsed(bytes)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Leaves parsed(byte[] bytes) {
        List<Sha256> hashes = new ArrayList<>();
        byte[] hash = new byte[Sha256.BYTES];
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
            rest.get(hash);
            hashes.add(Sha256.of(hash));
        }
        return new Leaves(content.sha256(), content.size(), Leaves.LEAF_BYTES, hashes);
    }

    void delete() throws IOException {
        try {
            Files.delete(path);
        } catch (NoSuchFileException e) {
            // There was none.
        }
    }
}
