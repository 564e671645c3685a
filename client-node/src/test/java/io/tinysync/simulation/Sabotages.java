package io.tinysync.simulation;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.device.ContentStore;
import io.tinysync.engine.device.DeviceStore;
import io.tinysync.engine.device.LocalTree;
import io.tinysync.engine.device.core.BytesId;
import io.tinysync.engine.device.core.Ids;
import io.tinysync.engine.device.core.LocalItem;
import io.tinysync.engine.device.core.PendingOp;
import io.tinysync.engine.device.core.PendingState;
import io.tinysync.engine.device.core.RefusedException;
import io.tinysync.engine.protocol.Base;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.EntryKind;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.ItemKind;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.Scope;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.tree.NameRules;
import io.tinysync.engine.vault.core.VaultState;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** The deliberate faults that must be found, by name. */
final class Sabotages {

    /** The one that shows in the tree itself. */
    static final String OTHER_KEYS = "a store's keys of names change while it is in use";

    private Sabotages() {}

    static Map<String, Supplier<Sabotage>> all() {
        Map<String, Supplier<Sabotage>> all = new LinkedHashMap<>();
        all.put("the server skips a precondition", SkippedPrecondition::new);
        all.put("a lost edit becomes two conflict copies", TwoCopies::new);
        all.put("the server forgets request numbers", ForgottenRequests::new);
        all.put("a disk acknowledges before fsync", LyingDisk::new);
        all.put("records are not durable when fsync returns", LazyRecords::new);
        all.put("a content is evicted before it is acknowledged", EarlyEviction::new);
        all.put("an op is lost when a process starts", LostOp::new);
        all.put("a delete is inferred", InferredDelete::new);
        all.put("an op_id is used twice", ReusedOpId::new);
        all.put("a file is sent at its flush", UploadAtFlush::new);
        all.put("a snapshot that was cut is adopted", CutSnapshot::new);
        all.put("an entry of the log is not applied", SkippedEntry::new);
        all.put("held bytes are dropped", DroppedHold::new);
        all.put("stat fetches contents", FetchingStat::new);
        all.put("the server ignores what an op requires", IgnoredRequires::new);
        all.put("bytes are served that nobody has checked", UncheckedBytes::new);
        all.put("a page of the log is applied twice", DoublePage::new);
        all.put(OTHER_KEYS, OtherKeys::new);
        return all;
    }

    private static final class SkippedPrecondition extends Sabotage {
        @Override
        MutationsRequest onServer(MutationsRequest request, VaultState state) {
            List<Op> ops = new ArrayList<>();
            for (Op op : request.ops()) {
                ops.add(op instanceof Op.UpdateContent update ? onCurrent(update, state) : op);
            }
            return new MutationsRequest(request.cursor(), request.requestNo(), ops);
        }

        private static Op onCurrent(Op.UpdateContent o, VaultState state) {
            return state.tree()
                    .live(o.itemId())
                    .<Op>map(item -> new Op.UpdateContent(
                            o.opId(),
                            o.itemId(),
                            o.requires(),
                            o.content(),
                            o.mode(),
                            o.mtimeNs(),
                            Base.at(item.contentVersion())))
                    .orElse(o);
        }
    }

    private static final class TwoCopies extends Sabotage {
        private long numbers;

        @Override
        MutationsRequest onServer(MutationsRequest request, VaultState state) {
            List<Op> ops = new ArrayList<>(request.ops());
            for (Op op : request.ops()) {
                if (op instanceof Op.CreateFile copy && copy.name().contains("conflicted copy")) {
                    ops.add(new Op.CreateFile(
                            new OpId(new UUID(0x7001, ++numbers)),
                            new ItemId(new UUID(0x7001, numbers)),
                            List.of(),
                            copy.parentItemId(),
                            copy.name() + " again " + numbers,
                            copy.content(),
                            copy.mode(),
                            copy.mtimeNs()));
                }
            }
            return new MutationsRequest(request.cursor(), request.requestNo(), ops);
        }
    }

    private static final class ForgottenRequests extends Sabotage {
        private long number;

        @Override
        MutationsRequest onServer(MutationsRequest request, VaultState state) {
            number = Math.max(number, request.requestNo()) + 1;
            return new MutationsRequest(request.cursor(), number, request.ops());
        }
    }

    private static final class LyingDisk extends Sabotage {
        @Override
        boolean ignoresFsync() {
            return true;
        }
    }

    private static final class LazyRecords extends Sabotage {
        @Override
        void recordsDurable(DeviceStore store) {}
    }

    private static final class EarlyEviction extends Sabotage {
        @Override
        ContentStore contents(ContentStore contents) {
            return proxy(ContentStore.class, (_, method, arguments) -> {
                if (method.getName().equals("makeDurable")) {
                    for (Object sha256 : (Collection<?>) arguments[0]) {
                        contents.drop((Sha256) sha256, () -> true);
                    }
                    return null;
                }
                return method.invoke(contents, arguments);
            });
        }
    }

    private static final class LostOp extends Sabotage {
        @Override
        void starts(DeviceStore store, Path directory) {
            store.<Boolean>write(transaction -> {
                List<PendingOp> waiting = transaction.pendingIn(PendingState.WAITING, 100);
                if (!waiting.isEmpty()) {
                    transaction.removePending(waiting.getLast().opId());
                }
                return true;
            });
        }
    }

    private static final class InferredDelete extends Sabotage {
        @Override
        void started(LocalTree tree) {
            try {
                for (LocalItem item : tree.children(ItemId.ROOT, "", 100)) {
                    if (item.kind() == ItemKind.FILE) {
                        tree.removeFile(ItemId.ROOT, item.name());
                        return;
                    }
                }
            } catch (RefusedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class ReusedOpId extends Sabotage {
        @Override
        Ids ids(Ids ids) {
            List<OpId> given = new ArrayList<>();
            return new Ids() {
                @Override
                public OpId newOpId() {
                    OpId next = given.size() % 5 == 4 ? given.get(given.size() - 4) : ids.newOpId();
                    given.add(next);
                    return next;
                }

                @Override
                public ItemId newItemId() {
                    return ids.newItemId();
                }

                @Override
                public BytesId newBytesId() {
                    return ids.newBytesId();
                }
            };
        }
    }

    private static final class UploadAtFlush extends Sabotage {
        @Override
        void flushed(LocalTree tree, ItemId file) {
            tree.release(file);
        }
    }

    private static final class CutSnapshot extends Sabotage {
        @Override
        boolean usesCutSnapshots() {
            return true;
        }
    }

    private static final class SkippedEntry extends Sabotage {
        private int pages;

        @Override
        Answers.Log page(Answers.Log answer) {
            if (!(answer instanceof Answers.Page(LogPage page))
                    || page.entries().isEmpty()
                    || pages++ % 10 != 9) {
                return answer;
            }
            List<Entry> entries = new ArrayList<>(page.entries());
            Entry last = entries.removeLast();
            entries.add(new Entry(
                    last.seq(),
                    last.chain(),
                    last.epoch(),
                    last.opId(),
                    last.deviceId(),
                    last.at(),
                    EntryKind.EPOCH,
                    Scope.NONE,
                    null));
            return new Answers.Page(new LogPage(page.epoch(), page.headSeq(), page.minRetainedSeq(), entries));
        }
    }

    private static final class DroppedHold extends Sabotage {
        @Override
        void starts(DeviceStore store, Path directory) throws IOException {
            Path working = directory.resolve("work");
            if (Files.exists(working)) {
                try (var files = Files.newDirectoryStream(working)) {
                    for (Path file : files) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    private static final class IgnoredRequires extends Sabotage {
        @Override
        MutationsRequest onServer(MutationsRequest request, VaultState state) {
            List<Op> ops = request.ops().stream().map(IgnoredRequires::alone).toList();
            return new MutationsRequest(request.cursor(), request.requestNo(), ops);
        }

        private static Op alone(Op op) {
            List<OpId> none = List.of();
            return switch (op) {
                case Op.CreateFile o ->
                    new Op.CreateFile(
                            o.opId(), o.itemId(), none, o.parentItemId(), o.name(), o.content(), o.mode(), o.mtimeNs());
                case Op.UpdateContent o ->
                    new Op.UpdateContent(
                            o.opId(), o.itemId(), none, o.content(), o.mode(), o.mtimeNs(), o.baseContentVersion());
                case Op.MoveRename o ->
                    new Op.MoveRename(o.opId(), o.itemId(), none, o.parentItemId(), o.name(), o.basePlacementVersion());
                case Op.Delete o -> new Op.Delete(o.opId(), o.itemId(), none, o.baseContentVersion());
                case Op.Restore o ->
                    new Op.Restore(o.opId(), o.itemId(), none, o.subtree(), o.parentItemId(), o.name());
                default -> op;
            };
        }
    }

    /** What was fetched and checked is not what is read: a bit of it is another by then. */
    private static final class UncheckedBytes extends Sabotage {
        private Path cache = Path.of("");

        @Override
        void starts(DeviceStore store, Path directory) {
            cache = directory.resolve("cache");
        }

        @Override
        ContentStore contents(ContentStore contents) {
            Path files = cache;
            return proxy(ContentStore.class, (_, method, arguments) -> {
                Object result = method.invoke(contents, arguments);
                if (result instanceof ContentStore.Partial partial && arguments[0] instanceof Content content) {
                    String name = content.sha256().toString();
                    return spoiling(partial, files.resolve(name.substring(0, 2)).resolve(name));
                }
                return result;
            });
        }

        private static ContentStore.Partial spoiling(ContentStore.Partial partial, Path file) {
            return proxy(ContentStore.Partial.class, (_, method, arguments) -> {
                Object result = method.invoke(partial, arguments);
                if (method.getName().equals("commit") && Files.size(file) > 0) {
                    FileTime time = Files.getLastModifiedTime(file);
                    byte[] bytes = Files.readAllBytes(file);
                    bytes[0] ^= 1;
                    Files.write(file, bytes);
                    Files.setLastModifiedTime(file, time);
                }
                return result;
            });
        }
    }

    /** The record of how far the log was applied is lost once for each page, and what was applied is not. */
    private static final class DoublePage extends Sabotage {
        @Override
        DeviceStore store(DeviceStore store) {
            Set<Cursor> reached = new HashSet<>();
            return proxy(DeviceStore.class, (_, method, arguments) -> {
                if (!method.getName().equals("write")) {
                    return method.invoke(store, arguments);
                }
                Cursor before = store.<Cursor>read(view -> view.position().cursor());
                Object result = method.invoke(store, arguments);
                Cursor after = store.<Cursor>read(view -> view.position().cursor());
                if (after.seq() > before.seq() && after.epoch() == before.epoch() && reached.add(after)) {
                    store.<Boolean>write(transaction -> {
                        transaction.setPosition(transaction.position().withCursor(before));
                        return true;
                    });
                }
                return result;
            });
        }
    }

    /** What was filed under the keys of one table of names is looked for under those of another. */
    private static final class OtherKeys extends Sabotage {
        private static final int CALLS = 500;
        private int calls;

        @Override
        String key(NameRules names, String name) {
            return calls++ < CALLS ? names.key(name).value() : name;
        }
    }

    /** Passes calls on as the handler says, and what they throw as it was thrown. */
    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        InvocationHandler unwrapped = (proxy, method, arguments) -> {
            try {
                return handler.invoke(proxy, method, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, unwrapped));
    }

    private static final class FetchingStat extends Sabotage {
        @Override
        boolean fetchesForStat() {
            return true;
        }
    }
}
