package io.tinysync.client.devfuse;

import io.tinysync.client.drive.Attributes;
import io.tinysync.client.drive.Drive;
import io.tinysync.engine.protocol.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the kernel was told and may still have: names, attributes, pages. It decides whether an answer may be kept, and of what the
 * kernel has to be told again when something changes. Thread-safe.
 *
 * <p>The order that makes this right: one who answers takes {@link #begin} before asking the drive, and notes here what will be
 * told before asking whether that was overtaken; one who notifies first counts the change and then looks what was told. So an
 * answer from before a change is either not kept, or known here when the change is notified.
 */
final class KernelCache {

    /** A name in a folder. */
    record Name(long parentIno, String name) {}

    /** What an opening of a file means for what the kernel has of it. */
    enum Opening {
        /** Its attributes are the present ones, or none; its pages are of another content. */
        DROP_PAGES,
        /** Its attributes are the present ones, or none, and so are its pages. */
        KEEP_PAGES,
        /** Its attributes are outdated, and have to go before the program reads by them. */
        DROP_ATTRIBUTES,
        /** The program appends, and where the end is the kernel has to ask first: it does so if it is told ESTALE. */
        LOOK_AGAIN
    }

    /** Names that are known not to be there; some 2 MB. The kernel drops such names without a word. */
    private static final int MAX_ABSENT = 16_384;

    private final Map<Name, KnownInode> names = new HashMap<>();
    private final Map<Long, KnownInode> inodes = new HashMap<>();
    private final Set<Name> absent = new LinkedHashSet<>();
    private final Changes changes = new Changes();
    private final Consumer<Name> tooMany;

    /** @param tooMany takes names that the kernel has to drop because too many are remembered; must return at once */
    KernelCache(Consumer<Name> tooMany) {
        this.tooMany = tooMany;
        KnownInode root = new KnownInode(Drive.ROOT_INO);
        root.references = 1;
        inodes.put(Drive.ROOT_INO, root);
    }

    /** To be taken before the drive is asked for what is then told. */
    long begin() {
        return changes.count();
    }

    /** An answer is to tell of a name and its attributes, and gives a reference; whether it may be kept. */
    synchronized boolean entry(Name name, Attributes attributes, long begun) {
        KnownInode inode = inodes.computeIfAbsent(attributes.ino(), KnownInode::new);
        inode.references++;
        inode.tell(attributes);
        lead(name, inode);
        return !changes.since(begun, name, attributes.ino());
    }

    private void lead(Name name, KnownInode inode) {
        absent.remove(name);
        KnownInode before = names.put(name, inode);
        if (before != inode) {
            if (before != null) {
                before.names.remove(name);
            }
            inode.names.add(name);
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
            tooMany.accept(evicted);
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

    /** The kernel removed a name, and knows it. */
    synchronized void removed(Name name) {
        removeName(name);
    }

    private void removeName(Name name) {
        KnownInode inode = names.remove(name);
        if (inode != null) {
            inode.names.remove(name);
        }
    }

    /** The kernel moved a name, over what was there, and knows it. */
    synchronized void moved(Name from, Name to) {
        KnownInode inode = names.get(from);
        removeName(from);
        removeName(to);
        absent.remove(to);
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
                inode.names.forEach(name -> names.remove(name, inode));
            }
        }
    }

    /**
     * A file was opened, and the kernel is about to hear of it.
     *
     * @param now what it shows its opener
     * @param content its bytes, if nobody writes to it
     */
    synchronized Opening opened(Attributes now, Optional<Sha256> content, boolean append) {
        KnownInode inode = inodes.get(now.ino());
        if (inode == null) {
            return Opening.DROP_PAGES;
        }
        boolean keepPages = content.isPresent() && content.get().equals(inode.pages);
        if (content.isEmpty()) {
            inode.pages = null;
        }
        if (append && !inode.lookedAgain && !inode.isToldExactly(now)) {
            inode.lookedAgain = true;
            return Opening.LOOK_AGAIN;
        }
        inode.lookedAgain = false;
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
            KnownInode inode = inodes.get(ino);
            if (inode != null) {
                inode.told = KnownInode.Told.NOTHING;
            }
            return inode != null;
        }
    }

    /** A name may have changed; the inode that the kernel was told it leads to, {@link #NOWHERE}, or empty if it was told nothing. */
    OptionalLong changed(Name name) {
        changes.add(name);
        synchronized (this) {
            KnownInode inode = names.get(name);
            if (inode != null) {
                return OptionalLong.of(inode.ino);
            }
            return absent.remove(name) ? OptionalLong.of(NOWHERE) : OptionalLong.empty();
        }
    }

    /** No inode has this number. */
    static final long NOWHERE = 0;

    /** The names that the kernel was told lead to an inode. */
    synchronized List<Name> namesOf(long ino) {
        KnownInode inode = inodes.get(ino);
        return inode == null ? List.of() : List.copyOf(inode.names);
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
            inodes.values().forEach(inode -> inode.told = KnownInode.Told.NOTHING);
            return new Everything(new HashSet<>(inodes.keySet()), all);
        }
    }
}
