package io.tinysync.simulation;

import io.tinysync.client.drive.OpenMode;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.LocalView;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Sha256;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What one device's programs know of the files that they have open, and what the ledger learns of it: what is recorded, what it
 * replaces, and what becomes of it when names are given to other files.
 */
final class Papers {

    private record Memory(int pid, ItemId file) {}

    /** What was in a file that was not closed. */
    static final class Unclosed {
        final byte[] bytes;
        /**
         * Whether the item's record has it as its content: nothing of it was new, a program was told that its fsync had failed after
         * it was recorded, or it was recorded before its file was to be removed or saved over another.
         */
        final boolean recorded;

        Unclosed(Paper paper, Optional<Content> record) {
            bytes = paper.bytes;
            recorded = asContent().sameBytes(paper.content)
                    || record.filter(asContent()::sameBytes).isPresent();
        }

        Content asContent() {
            return new Content(Sha256.hash(bytes), bytes.length);
        }
    }

    private final World world;
    private final Machine machine;
    private final Ledger ledger;
    /** All items that the drive shows. */
    private final Supplier<List<LocalItem>> all;

    private final Map<Long, Paper> papers = new LinkedHashMap<>();
    /** What each program has seen of each file, as DESIGN section 2 has it. */
    private final Map<Memory, Sha256> seen = new HashMap<>();
    /** The paper that a call was about when the process was killed. */
    private Optional<Paper> underWay = Optional.empty();

    Papers(World world, Machine machine, Supplier<List<LocalItem>> all) {
        this.world = world;
        this.machine = machine;
        this.ledger = world.judge.ledger();
        this.all = all;
    }

    /** Of a file that a program has made. */
    Paper made(long ino, LocalItem item) {
        Paper paper = new Paper(item.itemId(), item.name(), new byte[0], null, false);
        paper.dirty = true;
        papers.put(ino, paper);
        return paper;
    }

    /** Of a file that a program opens. */
    Paper opened(long ino, LocalItem shown, boolean held) {
        return papers.computeIfAbsent(ino, _ -> paper(shown, held));
    }

    /** A program has opened the file, and so seen what is in it unless it truncated it. */
    void sees(Paper paper, int pid, OpenMode mode) {
        Content content = paper.content;
        if (content == null) {
            return;
        }
        Memory memory = new Memory(pid, paper.itemId);
        Sha256 base = mode.truncate() ? seen.getOrDefault(memory, content.sha256()) : content.sha256();
        seen.put(memory, base);
        if (mode.write()) {
            paper.seen.add(base);
        }
    }

    /** A call about the file begins. */
    void begins(Paper paper) {
        underWay = Optional.of(paper);
    }

    /** The call has ended. */
    void ended() {
        underWay = Optional.empty();
    }

    /** Nobody has the file open any more. */
    void closed(Paper paper) {
        papers.values().remove(paper);
    }

    private Paper paper(LocalItem item, boolean held) {
        Content content = item.content();
        byte[] bytes = content == null || held ? new byte[0] : world.judge.bytesOf(content.sha256());
        return new Paper(item.itemId(), item.name(), bytes, content, held);
    }

    /** Whether what a program was told had failed is recorded all the same. */
    boolean isShown(Paper paper, Content content) {
        return machine.daemon()
                .tree()
                .item(paper.itemId)
                .filter(item -> content.sameBytes(item.content()))
                .isPresent();
    }

    Optional<Content> begin(Paper paper) {
        if (!paper.dirty || paper.nameless) {
            return Optional.empty();
        }
        Content next = paper.asContent();
        if (paper.begun.add(next.sha256()) && ledger.bytesOf(next.sha256()).isPresent()) {
            ledger.repeated(next.sha256());
        }
        ledger.begins(machine, next.sha256(), paper.bytes, machine.name() + " " + paper.name, paper.seen);
        return Optional.of(next);
    }

    void recorded(Paper paper, Content next) {
        paper.dirty = false;
        isSeen(paper, next);
    }

    void isSeen(Paper paper, Content next) {
        paper.content = next;
        paper.seen.add(next.sha256());
        changed(paper.itemId, next.sha256());
    }

    /** What this device changes counts as seen by all its programs. */
    private void changed(ItemId file, Sha256 now) {
        seen.replaceAll((memory, content) -> memory.file().equals(file) ? now : content);
    }

    /** Whether what was written without a flush is recorded; nobody is told if it is not, and its bytes are kept. */
    boolean isRecorded(Paper paper) {
        return isShown(paper, paper.asContent())
                || machine.daemon().tree().item(paper.itemId).isEmpty();
    }

    Map<ItemId, Sha256> contents() {
        Map<ItemId, Sha256> contents = new HashMap<>();
        for (LocalItem item : all.get()) {
            if (item.content() != null) {
                contents.put(item.itemId(), item.content().sha256());
            }
        }
        return contents;
    }

    /**
     * A file made anew in the place of one that was renamed away is that one: it changed on this device.
     *
     * @return the id that the made file has now
     */
    ItemId follow(ItemId made, Content content, Map<ItemId, Sha256> before) {
        if (machine.daemon().tree().item(made).isPresent()) {
            return made;
        }
        ItemId now = made;
        for (Map.Entry<ItemId, Sha256> item : contents().entrySet()) {
            Sha256 replaced = before.get(item.getKey());
            if (item.getValue().equals(content.sha256()) && replaced != null && !replaced.equals(item.getValue())) {
                changed(item.getKey(), item.getValue());
                ledger.standsIn(replaced, item.getValue());
                now = item.getKey();
            }
        }
        return now;
    }

    /** The file has no name any more: what was in it is gone by an act that had seen it. */
    void forget(LocalItem item) {
        Content content = item.content();
        if (content != null) {
            ledger.deleted(content.sha256());
        }
        of(item.itemId()).forEach(paper -> paper.nameless = true);
    }

    List<Paper> of(ItemId item) {
        return machine.store().read(view -> {
            LocalView tree = new LocalView(view, world.names);
            return papers.values().stream()
                    .filter(paper -> paper.itemId.equals(item)
                            || tree.resolve(paper.itemId).equals(item))
                    .toList();
        });
    }

    void replaced(LocalItem source, LocalItem target) {
        Content before = target.content();
        Content after = source.content();
        if (after != null) {
            ledger.carried(after.sha256());
        }
        if (before != null) {
            // What is being written to it replaces that too, once it is recorded.
            of(source.itemId()).stream().filter(paper -> paper.dirty).forEach(paper -> paper.seen.add(before.sha256()));
        }
        if (before != null && after != null) {
            ledger.begins(
                    machine,
                    after.sha256(),
                    world.judge.bytesOf(after.sha256()),
                    machine.name() + " " + target.name(),
                    Set.of(before.sha256()));
        } else if (before != null) {
            ledger.deleted(before.sha256());
        }
    }

    /**
     * The id of what was renamed: the target's if it became that, else its own, also where it had to stay beside the target. What is
     * written to it goes along, also where another device's edit of the source stays under the old name.
     */
    ItemId idNow(LocalItem source, ItemId folder, String name) {
        // Asked of what is on the disk, since the process may have been killed.
        return machine.store().read(view -> {
            LocalView tree = new LocalView(view, world.names);
            return tree.child(folder, name)
                    .filter(there -> there.bytes() != null && there.bytes().equals(source.bytes()))
                    .or(() -> tree.item(source.itemId()))
                    .or(() -> tree.child(folder, name))
                    .map(LocalItem::itemId)
                    .orElse(source.itemId());
        });
    }

    void follow(LocalItem source, LocalItem target, ItemId now) {
        boolean isBeside = now.equals(source.itemId()) && isUntouched(target);
        if (isBeside) {
            return;
        }
        of(target.itemId()).forEach(paper -> paper.nameless = true);
        of(source.itemId()).forEach(paper -> paper.itemId = now);
        Content after = source.content();
        if (after != null && now.equals(target.itemId())) {
            changed(now, after.sha256());
        }
    }

    /** Whether it has the content that it had: another was to be renamed over it, and was made from something else. */
    private boolean isUntouched(LocalItem before) {
        return machine.daemon()
                .tree()
                .item(before.itemId())
                .filter(item -> java.util.Objects.equals(item.content(), before.content()))
                .isPresent();
    }

    /**
     * The process was killed: no program has a file open any more.
     *
     * @return what was in files that had been written and not closed, and that nothing was being done to
     */
    Map<ItemId, Unclosed> killed() {
        Map<ItemId, Unclosed> unclosed = new LinkedHashMap<>();
        for (Paper paper : papers.values()) {
            Content content = paper.content;
            paper.begun.forEach(ledger::maySend);
            if (paper.writers > 0 && content != null) {
                ledger.maySend(content.sha256());
            }
            if (paper.writers > 0 && paper.dirty && !paper.nameless && !underWay.equals(Optional.of(paper))) {
                unclosed.put(paper.itemId, new Unclosed(paper, record(paper.itemId)));
            }
        }
        underWay = Optional.empty();
        papers.clear();
        seen.clear();
        return unclosed;
    }

    /** What the disk has as an item's content. */
    private Optional<Content> record(ItemId item) {
        return machine.store()
                .read(view -> new LocalView(view, world.names).item(item).map(LocalItem::content));
    }
}
