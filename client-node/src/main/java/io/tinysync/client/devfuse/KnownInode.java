package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Attributes;
import io.tinysync.engine.protocol.Sha256;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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

    /** More are not there at once: those of threads that were killed in between would stay for ever. */
    private static final int MAX_LOOKING_AGAIN = 64;

    final long ino;
    /** Given out and not forgotten. */
    long references;
    /** Nearly always one: a list of one takes half of what one that can grow would. */
    private List<KernelCache.Name> names = List.of();

    Told told = Told.NOTHING;
    long tellings;
    private @Nullable Attributes last;
    /** The one content that all its pages are of. */
    @Nullable
    Sha256 pages;
    /** Whether its name leads elsewhere by now. */
    boolean lost;
    /** Threads that open it, were told to look again, and have not come back yet. */
    private @Nullable Set<Integer> lookingAgain;

    KnownInode(long ino) {
        this.ino = ino;
    }

    List<KernelCache.Name> names() {
        return names;
    }

    void leadsHere(KernelCache.Name name) {
        names = names.isEmpty()
                ? List.of(name)
                : Stream.concat(names.stream(), Stream.of(name)).toList();
    }

    void leadsHereNoMore(KernelCache.Name name) {
        names = names.stream().filter(other -> !other.equals(name)).toList();
    }

    boolean mayBeFolder() {
        return last == null || last.isFolder();
    }

    void tell(Attributes attributes) {
        told = told == Told.NOTHING || (told == Told.ONE && attributes.equals(last)) ? Told.ONE : Told.SEVERAL;
        last = attributes;
        tellings++;
    }

    /** Whether a thread that opens it has to look again. One may be told so only once: the kernel hands a second ESTALE on. */
    boolean mustLookAgain(int thread, boolean doubtful) {
        Set<Integer> looking = lookingAgain;
        if ((looking != null && looking.remove(thread)) || !doubtful) {
            return false;
        }
        if (looking == null || looking.size() >= MAX_LOOKING_AGAIN) {
            looking = new HashSet<>();
            lookingAgain = looking;
        }
        return looking.add(thread);
    }

    boolean isToldExactly(Attributes now) {
        return told == Told.ONE && now.equals(last);
    }

    /** Whether all it was told is right but for the number of names: that of a file that was replaced while it was open. */
    boolean isToldButForLinks(Attributes now) {
        return told == Told.ONE && last != null && now.withLinks(last.links()).equals(last);
    }

    boolean isToldOtherwise(Attributes now) {
        return switch (told) {
            case NOTHING -> false;
            case ONE -> !now.equals(last);
            case SEVERAL -> true;
        };
    }
}
