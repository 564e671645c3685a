package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Attributes;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the kernel was told of one inode. Belongs to {@link KernelCache}'s lock. */
final class KnownInode {

    /** What it was told of the attributes since it was last told to drop them. */
    enum Told {
        NOTHING,
        ONE,
        /** Different ones, and answers may have crossed: which of them it has is not known. */
        SEVERAL
    }

    final long ino;
    /** Given out and not forgotten. */
    long references;
    /** Nearly always one. */
    final List<KernelCache.Name> names = new ArrayList<>(1);

    Told told = Told.NOTHING;
    long tellings;
    private @Nullable Attributes last;
    /** The one content that all its pages are of. */
    @Nullable
    Sha256 pages;
    /** Whether its name leads elsewhere by now. */
    boolean lost;
    /** Whether the last one to open it was told to look again. */
    boolean lookedAgain;

    KnownInode(long ino) {
        this.ino = ino;
    }

    void tell(Attributes attributes) {
        told = told == Told.NOTHING || (told == Told.ONE && attributes.equals(last)) ? Told.ONE : Told.SEVERAL;
        last = attributes;
        tellings++;
    }

    boolean isToldExactly(Attributes now) {
        return told == Told.ONE && now.equals(last);
    }

    boolean isToldOtherwise(Attributes now) {
        return switch (told) {
            case NOTHING -> false;
            case ONE -> !now.equals(last);
            case SEVERAL -> true;
        };
    }
}
