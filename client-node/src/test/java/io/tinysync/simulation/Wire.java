package io.tinysync.simulation;

import io.tinysync.engine.device.Answers;
import io.tinysync.engine.device.BlobRange;
import io.tinysync.engine.device.ByteSink;
import io.tinysync.engine.device.ServerPort;
import io.tinysync.engine.device.SnapshotSink;
import io.tinysync.engine.device.WakeListener;
import io.tinysync.engine.device.WakeSubscription;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Item;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** One process's way to the server, over the world's network. What comes after the process has ended is not heard. */
final class Wire implements ServerPort {

    private static final long TIMEOUT_MS = 3000;

    private final World world;
    private final Machine machine;
    private final Vault vault;
    /** Set while a program waits for bytes: then they come, or fail to come, at once. */
    private boolean waited;

    Wire(World world, Machine machine) {
        this.world = world;
        this.machine = machine;
        this.vault = world.vault;
    }

    /** What the work asks for comes at once. */
    <T> T waiting(Supplier<T> work) {
        waited = true;
        try {
            return work.get();
        } finally {
            waited = false;
        }
    }

    /** Asks the server, and makes something of its answer here. */
    private <A, T> CompletionStage<T> call(String what, Supplier<A> atServer, Function<A, T> here) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        Network network = world.network;
        Network.Fate request = machine.isOnline() ? network.fate(what + " request") : Network.Fate.LOST;
        if (request == Network.Fate.LOST || request == Network.Fate.ARRIVES_LATE) {
            network.at(world.nowMs + TIMEOUT_MS, () -> fail(stage, "no answer to " + what));
        }
        long arrivesMs = world.nowMs + network.delayMs();
        switch (request) {
            case LOST -> {}
            case ARRIVES_LATE -> network.at(world.nowMs + network.longDelayMs(), () -> handle(atServer));
            case ARRIVES_TWICE -> {
                network.at(arrivesMs, () -> answer(stage, what, atServer, here));
                network.at(arrivesMs + network.longDelayMs(), () -> handle(atServer));
            }
            case ARRIVES -> network.at(arrivesMs, () -> answer(stage, what, atServer, here));
        }
        return stage;
    }

    private static <A> void handle(Supplier<A> atServer) {
        A unheard = atServer.get();
        if (unheard == null) {
            throw new IllegalStateException("the server always answers");
        }
    }

    private <A, T> void answer(CompletableFuture<T> stage, String what, Supplier<A> atServer, Function<A, T> here) {
        A answer = atServer.get();
        Network.Fate reply = machine.isOnline() ? world.network.fate(what + " reply") : Network.Fate.LOST;
        if (reply == Network.Fate.LOST || reply == Network.Fate.ARRIVES_LATE) {
            world.network.at(world.nowMs + TIMEOUT_MS, () -> fail(stage, "lost answer to " + what));
        } else {
            world.network.at(world.nowMs + world.network.delayMs(), () -> complete(stage, answer, here));
        }
    }

    private <A, T> void complete(CompletableFuture<T> stage, A answer, Function<A, T> here) {
        if (isHeard(stage)) {
            T result;
            try {
                result = here.apply(answer);
            } catch (UncheckedIOException e) {
                stage.completeExceptionally(e);
                return;
            }
            stage.complete(result);
        }
    }

    private void fail(CompletableFuture<?> stage, String why) {
        if (isHeard(stage)) {
            stage.completeExceptionally(new IOException(why));
        }
    }

    private boolean isHeard(CompletableFuture<?> stage) {
        return machine.isUsing(this) && !stage.isDone();
    }

    @Override
    public CompletionStage<Answers.Log> log(VaultId vaultId, Cursor after, int limit) {
        boolean truncates = !world.network.isCalm() && world.chance.perMille(30);
        int few = 1 + world.chance.below(20);
        return call("log", () -> vault.log(after, Math.min(limit, few), truncates), page -> world.sabotage.page(page));
    }

    private record Snapshot(SnapshotHeader header, List<Item> items) {}

    @Override
    public CompletionStage<Answers.Snapshot> snapshot(VaultId vaultId, SnapshotSink sink) {
        boolean cut = !world.network.isCalm() && world.chance.perMille(100);
        Supplier<Snapshot> atServer = () -> {
            Cursor cursor = vault.cursor();
            return new Snapshot(new SnapshotHeader(cursor.epoch(), cursor.seq(), cursor.chain()), vault.snapshot());
        };
        return call("snapshot", atServer, snapshot -> {
            List<Item> items = snapshot.items();
            sink.begin(snapshot.header());
            sink.items(items.subList(0, items.size() / 2));
            if (cut) {
                world.tally.count("fault cut snapshot");
                if (!world.sabotage.usesCutSnapshots()) {
                    throw new UncheckedIOException(new IOException("the snapshot was cut"));
                }
                return new Answers.SnapshotComplete(snapshot.header(), items.size() / 2);
            }
            sink.items(items.subList(items.size() / 2, items.size()));
            return new Answers.SnapshotComplete(snapshot.header(), items.size());
        });
    }

    @Override
    public CompletionStage<Answers.Mutations> mutations(
            VaultId vaultId, MutationsRequest request, List<ShortBlob> blobs) {
        world.trace.add(
                machine.name() + " sends " + request.requestNo() + " " + request.ops() + " with " + blobs.size());
        for (ShortBlob blob : blobs) {
            world.judge.leaves(machine, content(blob), bytes(blob));
        }
        return call(
                "mutations",
                () -> {
                    blobs.forEach(blob -> stored(content(blob), bytes(blob)));
                    return vault.mutations(machine.deviceId(), request);
                },
                answer -> answer);
    }

    private static Content content(ShortBlob blob) {
        return new Content(blob.sha256(), blob.size());
    }

    private static byte[] bytes(ShortBlob blob) {
        byte[] bytes = new byte[blob.size()];
        blob.bytes().get(bytes);
        return bytes;
    }

    @Override
    public CompletionStage<Answers.Upload> upload(VaultId vaultId, Content content, Path file) {
        byte[] bytes = read(file);
        byte[] first = bytes.length > content.size() ? Arrays.copyOf(bytes, (int) content.size()) : bytes;
        world.judge.leaves(machine, content, first);
        return call("blob", () -> stored(content, first), answer -> answer);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answers.Upload stored(Content content, byte[] bytes) {
        if (!Sha256.hash(bytes).equals(content.sha256())) {
            return new Answers.Refused(ProblemCode.HASH_MISMATCH, "the bytes are not " + content.sha256());
        }
        vault.store(content.sha256(), bytes);
        return new Answers.Stored();
    }

    @Override
    public CompletionStage<Answers.LeafList> leaves(VaultId vaultId, Content content) {
        throw new UnsupportedOperationException("the world's files are of one leaf");
    }

    @Override
    public CompletionStage<Answers.Download> download(
            VaultId vaultId, Content content, BlobRange range, ByteSink into) {
        world.tally.count("downloads");
        int fate = world.network.isCalm() ? 999 : world.chance.below(1000);
        if (!waited) {
            return call("download", () -> vault.blob(content.sha256()), bytes -> received(bytes, fate, into));
        }
        if (!machine.isOnline() || fate < 50) {
            return CompletableFuture.failedFuture(new IOException("no answer to download"));
        }
        try {
            return CompletableFuture.completedFuture(received(vault.blob(content.sha256()), fate, into));
        } catch (UncheckedIOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Answers.Download received(Optional<byte[]> blob, int fate, ByteSink into) {
        if (blob.isEmpty()) {
            return new Answers.Missing();
        }
        byte[] bytes = blob.get().clone();
        try {
            if (fate < 100) {
                world.tally.count("fault cut download");
                into.accept(ByteBuffer.wrap(bytes, 0, bytes.length / 2));
                throw new IOException("the download was cut");
            }
            if (fate < 150 && bytes.length > 0) {
                world.tally.count("fault corrupt download");
                bytes[fate % bytes.length] ^= 1;
            }
            into.accept(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answers.Received(bytes.length);
    }

    @Override
    public CompletionStage<Answers.ShortUploads> uploadShort(VaultId vaultId, List<ShortBlob> blobs) {
        throw new UnsupportedOperationException("the world sends each content by itself");
    }

    @Override
    public CompletionStage<List<ShortBlob>> readShort(VaultId vaultId, List<Content> contents) {
        throw new UnsupportedOperationException("the world fetches each content by itself");
    }

    @Override
    public WakeSubscription wakes(WakeListener listener) {
        throw new UnsupportedOperationException("the world wakes nobody");
    }
}
