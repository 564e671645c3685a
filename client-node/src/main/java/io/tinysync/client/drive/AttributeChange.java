package io.tinysync.client.drive;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a program asks to be changed of an inode; what is absent stays.
 *
 * @param mode permission bits, possibly with set-id and sticky bits, which the drive refuses
 * @param sizeBytes the length to cut or extend the file to
 * @param mtime the new modification time
 * @param uid the owner, of which only the present one is taken
 * @param gid the group, of which only the present one is taken
 */
public record AttributeChange(OptionalInt mode, OptionalLong sizeBytes, Mtime mtime, OptionalInt uid, OptionalInt gid) {

    /** A change of the modification time. */
    public sealed interface Mtime {
        /** It stays. */
        record Keep() implements Mtime {}

        /** The drive's clock gives it. */
        record Now() implements Mtime {}

        /** Nanoseconds since 1970. */
        record At(long ns) implements Mtime {}
    }

    private static final Mtime KEEP = new Mtime.Keep();

    public static AttributeChange mode(int mode) {
        return new AttributeChange(
                OptionalInt.of(mode), OptionalLong.empty(), KEEP, OptionalInt.empty(), OptionalInt.empty());
    }

    public static AttributeChange size(long sizeBytes) {
        return new AttributeChange(
                OptionalInt.empty(), OptionalLong.of(sizeBytes), KEEP, OptionalInt.empty(), OptionalInt.empty());
    }

    public static AttributeChange mtime(Mtime mtime) {
        return new AttributeChange(
                OptionalInt.empty(), OptionalLong.empty(), mtime, OptionalInt.empty(), OptionalInt.empty());
    }

    public static AttributeChange owner(OptionalInt uid, OptionalInt gid) {
        return new AttributeChange(OptionalInt.empty(), OptionalLong.empty(), KEEP, uid, gid);
    }
}
