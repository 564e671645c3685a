package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Drive;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel was told and may still have: names, attributes, pages. It decides whether an answer may be kept, and of what the
 * kernel has to be told again when something changes. Thread-safe.
 *
 * <p>The order that makes this right: one who answers takes {@link #begin} before asking the drive, and notes here what will be
 * told before asking whether that was overtaken; one who notifies first counts the change and then looks what was told. So an
 * answer from before a change is either not kept, or known here when the change is notified.
 */
final class KernelCache {

    /** A name in a folder. Compared for each entry of a listing, and a record's own way is slow without the second compiler. */
    record Name(long parentIno, String name) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Name that && parentIno == that.parentIno && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(parentIno) + name.hashCode();
        }
    }

    /** What an opening of a file means for what the kernel has of it. */
    enum Opening {
        /** Its attributes are the present ones, or none; its pages are of another content. */
        DROP_PAGES,
        /** Its attributes are the present ones, or none, and so are its pages. */
        KEEP_PAGES,
        /** Its attributes are outdated, and have to go before the program reads by them. */
        DROP_ATTRIBUTES,
        /**
         * The name that led here leads elsewhere by now, or the program appends and the kernel may not know where the end is. It
         * looks the name up anew, once, if it is told ESTALE.
         */
        LOOK_AGAIN
    }

    /** Names that are known not to be there; some 2 MB. The kernel drops such names without a word. */
    private static final int MAX_ABSENT = 16_384;

    /** Files and folders that the kernel may know before it is asked to forget some; some 90 MB here and in the drive. */
    private static final int MAX_INODES = 131_072;

    /** How many are looked at for each that comes, to find one that can go. */
    private static final int LOOKED_AT = 4;

    private final Map<Name, KnownInode> names = new HashMap<>();
    /** The one that has been known, or passed over, for longest comes first. */
    private final SequencedMap<Long, KnownInode> inodes = new LinkedHashMap<>();

    private final Set<Name> absent = new LinkedHashSet<>();
    private final Changes changes = new Changes();
    private final Doubts doubts;
    private final int maxInodes;

    /** Names about which the kernel may be wrong. To be seen to later: these return at once. */
    interface Doubts {
        /** The kernel has to drop it. */
        void drop(Name name);

        /** The kernel has to drop it if it leads elsewhere than it was told. */
        void check(Name name);

        /** The kernel is right, and knows too much: it should drop it, if that does not have others wait. */
        void spare(Name name);
    }

    KernelCache(Doubts doubts) {
        this(doubts, MAX_INODES);
    }

    KernelCache(Doubts doubts, int maxInodes) {
        this.doubts = doubts;
        this.maxInodes = maxInodes;
        KnownInode root = new KnownInode(Drive.ROOT_INO);
        root.references = 1;
        inodes.put(Drive.ROOT_INO, root);
    }

    /** To be taken before the drive is asked for what is then told. */
    long begin() {
        return changes.count();
    }

    /** An answer is to tell of a name and its attributes, and gives a reference; whether it may be kept. */
    boolean entry(Name name, Attributes attributes, long begun) {
        List<Name> spared;
        synchronized (this) {
            KnownInode inode = inodes.computeIfAbsent(attributes.ino(), KnownInode::new);
            inode.references++;
            inode.lost = false;
            inode.tell(attributes);
            lead(name, inode);
            spared = inodes.size() > maxInodes ? spared() : List.of();
        }
        spared.forEach(doubts::spare);
        return !changes.since(begun, name, attributes.ino());
    }

    /**
     * The names of the file that has been known for longest. Those of folders stay: a program that works in a folder whose name is dropped is told that
     * it was deleted.
     */
    private List<Name> spared() {
        for (int i = 0; i < LOOKED_AT; i++) {
            KnownInode eldest = inodes.pollFirstEntry().getValue();
            inodes.putLast(eldest.ino, eldest);
            if (!eldest.mayBeFolder() && !eldest.names().isEmpty()) {
                return eldest.names();
            }
        }
        return List.of();
    }

    /** Whether the kernel was told of a name and these very attributes, and would learn nothing new. */
    synchronized boolean has(Name name, Attributes now) {
        KnownInode inode = names.get(name);
        return inode != null && inode.ino == now.ino() && !inode.lost && inode.isToldExactly(now);
    }

    private void lead(Name name, KnownInode inode) {
        absent.remove(name);
        KnownInode before = names.put(name, inode);
        if (before != inode) {
            if (before != null) {
                before.leadsHereNoMore(name);
            }
            inode.leadsHere(name);
        }
    }

    /** An answer is to tell that there is no such name; whether it may be kept. */
    boolean absent(Name name, long begun) {
        Name evicted = null;
        synchronized (this) {
            removeName(name);
            if (absent.add(name) && absent.size() > MAX_ABSENT) {
                evicted = absent.iterator().next();
                absent.remove(evicted);
            }
        }
        if (evicted != null) {
            doubts.drop(evicted);
        }
        return !changes.since(begun, name, Drive.ROOT_INO);
    }

    /** An answer is to tell of attributes; whether they may be kept. */
    synchronized boolean attributes(Attributes attributes, long begun) {
        KnownInode inode = inodes.get(attributes.ino());
        if (inode == null) {
            return false;
        }
        inode.tell(attributes);
        return !changes.since(begun, attributes.ino());
    }

    /** The kernel wrote to a file: it knows by itself that times and size are others, and its pages are in step. */
    synchronized void written(long ino) {
        KnownInode inode = inodes.get(ino);
        if (inode != null) {
            inode.told = KnownInode.Told.NOTHING;
        }
    }

    /**
     * The kernel is about to change a name by a request of its own, and will know what came of it without being told.
     *
     * @return what it was told, for {@link #unchanged} if nothing comes of it
     */
    synchronized OptionalLong changing(Name name) {
        OptionalLong told = told(name);
        removeName(name);
        absent.remove(name);
        return told;
    }

    private OptionalLong told(Name name) {
        KnownInode inode = names.get(name);
        if (inode != null) {
            return OptionalLong.of(inode.ino);
        }
        return absent.contains(name) ? OptionalLong.of(NOWHERE) : OptionalLong.empty();
    }

    /** The kernel has not changed a name after all; if it was told of others' changes meanwhile, it did not hear. */
    void unchanged(Name name, OptionalLong told) {
        synchronized (this) {
            KnownInode inode = told.isPresent() ? inodes.get(told.getAsLong()) : null;
            if (inode != null) {
                lead(name, inode);
            } else if (told.isPresent()) {
                absent.add(name);
            }
        }
        doubts.check(name);
    }

    private void removeName(Name name) {
        KnownInode inode = names.remove(name);
        if (inode != null) {
            inode.leadsHereNoMore(name);
        }
    }

    /** The kernel moved a name to an inode, and knows it. */
    synchronized void moved(OptionalLong ino, Name to) {
        KnownInode inode = ino.isPresent() ? inodes.get(ino.getAsLong()) : null;
        if (inode != null) {
            lead(to, inode);
        }
    }

    /** The kernel gave references back; without any it has nothing of an inode any more. */
    synchronized void forget(long ino, long references) {
        KnownInode inode = inodes.get(ino);
        if (inode != null && ino != Drive.ROOT_INO) {
            inode.references -= references;
            if (inode.references <= 0) {
                inodes.remove(ino);
                inode.names().forEach(name -> names.remove(name, inode));
            }
        }
    }

    /**
     * A file was opened, and the kernel is about to hear of it.
     *
     * @param now what it shows its opener
     * @param content its bytes, if nobody writes to it
     * @param thread the one that opens it
     */
    synchronized Opening opened(Attributes now, Optional<Sha256> content, boolean append, int thread) {
        KnownInode inode = inodes.get(now.ino());
        if (inode == null) {
            return Opening.DROP_PAGES;
        }
        boolean keepPages = content.isPresent() && content.get().equals(inode.pages);
        if (content.isEmpty()) {
            inode.pages = null;
        }
        boolean doubtful = inode.lost || (append && !inode.isToldExactly(now));
        if (inode.mustLookAgain(thread, doubtful)) {
            return Opening.LOOK_AGAIN;
        }
        if (inode.isToldOtherwise(now)) {
            return Opening.DROP_ATTRIBUTES;
        }
        return keepPages ? Opening.KEEP_PAGES : Opening.DROP_PAGES;
    }

    /** An opening is over, since when the kernel's pages of a file are of this content, or of no one content. */
    synchronized void pages(long ino, Optional<Sha256> content) {
        KnownInode inode = inodes.get(ino);
        if (inode != null) {
            inode.pages = content.orElse(null);
        }
    }

    /** Attributes or content of an inode have changed; whether the kernel may have them. */
    boolean changed(long ino) {
        changes.add(ino);
        synchronized (this) {
            return inodes.containsKey(ino);
        }
    }

    /** How often the kernel was told of an inode; to be taken before it is told to drop its attributes. */
    synchronized long tellings(long ino) {
        KnownInode inode = inodes.get(ino);
        return inode == null ? 0 : inode.tellings;
    }

    /** The kernel has dropped an inode's attributes; what it was told meanwhile it may have. */
    synchronized void dropped(long ino, long tellings) {
        KnownInode inode = inodes.get(ino);
        if (inode != null && inode.tellings == tellings) {
            inode.told = KnownInode.Told.NOTHING;
        }
    }

    /** Whether all that the kernel may have of an inode's attributes, or is about to get, is what they are now. */
    synchronized boolean isToldExactly(Attributes now) {
        KnownInode inode = inodes.get(now.ino());
        return inode != null && inode.isToldExactly(now);
    }

    /** Whether the kernel may have other attributes of an inode than they are now, or be about to get others. */
    synchronized boolean mayHaveOther(Attributes now) {
        KnownInode inode = inodes.get(now.ino());
        return inode != null && inode.isToldOtherwise(now) && !inode.isToldButForLinks(now);
    }

    /** A name may have changed; the inode that the kernel was told it leads to, {@link #NOWHERE}, or empty if it was told nothing. */
    OptionalLong changed(Name name) {
        changes.add(name);
        synchronized (this) {
            // It stays told: if nothing comes of this change, the kernel still has it when the next one comes.
            return told(name);
        }
    }

    /** A name does not lead to the inode any more that the kernel was told of. */
    synchronized void lost(long ino) {
        KnownInode inode = inodes.get(ino);
        if (inode != null) {
            inode.lost = true;
        }
    }

    /** No inode has this number. */
    static final long NOWHERE = 0;

    /** The names that the kernel was told lead to an inode. */
    synchronized List<Name> namesOf(long ino) {
        KnownInode inode = inodes.get(ino);
        return inode == null ? List.of() : inode.names();
    }

    /** All that the kernel was told. */
    record Everything(Set<Long> inodes, List<Name> names) {}

    /** Anything may have changed. */
    Everything everythingChanged() {
        changes.addEverything();
        synchronized (this) {
            List<Name> all = new ArrayList<>(names.keySet());
            all.addAll(absent);
            absent.clear();
            return new Everything(new HashSet<>(inodes.keySet()), all);
        }
    }
}
