package io.tinysync.e2e;

import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.Management.RegisteredDevice;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Op;
import io.tinysync.engine.protocol.OpId;
import io.tinysync.engine.protocol.OpResult;
import io.tinysync.engine.protocol.VaultStatus;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A device of its own on the bare API, which makes folders as fast as it is answered and repeats every op until it is. */
final class ApiWriter {

    private static final int BATCH = 8;
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofMillis(50);

    private final World world;
    private final String token;
    private final String vault;
    private final Thread thread = new Thread(this::writeUntilStopped);
    private final Map<String, Long> acknowledged = new HashMap<>();
    private long requestNo;
    private volatile boolean stopped;
    private volatile boolean waiting;
    private final AtomicLong answers = new AtomicLong();

    private ApiWriter(World world, String token) {
        this.world = world;
        this.token = token;
        this.vault = "/v1/vaults/" + world.vault().vaultId();
    }

    static ApiWriter join(World world, String name) throws Exception {
        HttpResponse<String> answer = world.server()
                .send("POST", "/v1/devices", ServerProcess.ADMIN_TOKEN, "{\"display_name\":\"" + name + "\"}");
        RegisteredDevice device = Json.read(answer.body().getBytes(StandardCharsets.UTF_8), RegisteredDevice.class);
        world.vault().admit(device.deviceId().toString());
        return new ApiWriter(world, device.token());
    }

    void start() {
        thread.start();
    }

    boolean isWaitingForAnAnswer() {
        return waiting;
    }

    /** How many batches were answered so far. */
    long answers() {
        return answers.get();
    }

    /** Ends after the last batch is answered. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join(Duration.ofSeconds(60));
        if (thread.isAlive()) {
            throw new AssertionError("the last batch was never answered");
        }
    }

    /** op_id → seq of every op that was answered as accepted. */
    Map<String, Long> acknowledged() {
        return acknowledged;
    }

    private void writeUntilStopped() {
        while (!stopped) {
            List<Op> ops = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                ItemId id = new ItemId(uuid7());
                ops.add(new Op.CreateFolder(new OpId(uuid7()), id, List.of(), ItemId.ROOT, "api-" + id, 0755, 0));
            }
            repeatUntilAnswered(ops);
        }
    }

    /** Makes {@code folders} folders of {@code filesEach} empty files each, in the calling thread. */
    void fill(int folders, int filesEach) throws IOException, InterruptedException {
        world.server().send("PUT", vault + "/blobs/" + Content.EMPTY.sha256(), token, "");
        List<Op> batch = new ArrayList<>();
        for (int folder = 0; folder < folders; folder++) {
            ItemId parent = new ItemId(uuid7());
            add(
                    batch,
                    new Op.CreateFolder(
                            new OpId(uuid7()), parent, List.of(), ItemId.ROOT, "folder-" + folder, 0755, 0));
            for (int file = 0; file < filesEach; file++) {
                ItemId id = new ItemId(uuid7());
                add(
                        batch,
                        new Op.CreateFile(
                                new OpId(uuid7()), id, List.of(), parent, "file-" + file, Content.EMPTY, 0644, file));
            }
        }
        if (!batch.isEmpty()) {
            repeatUntilAnswered(batch);
        }
    }

    /** Sends the batch once it is full. */
    private void add(List<Op> batch, Op op) {
        batch.add(op);
        if (batch.size() == Limits.MAX_BATCH) {
            repeatUntilAnswered(batch);
            batch.clear();
        }
    }

    private void repeatUntilAnswered(List<Op> ops) {
        while (true) {
            try {
                waiting = true;
                byte[] body = Json.write(new MutationsRequest(Cursor.START, ++requestNo, ops));
                HttpResponse<String> answer = world.server()
                        .send("POST", vault + "/mutations", token, new String(body, StandardCharsets.UTF_8));
                if (answer.statusCode() == 200) {
                    answers.incrementAndGet();
                    remember(Json.read(answer.body().getBytes(StandardCharsets.UTF_8), MutationsReply.class));
                    return;
                }
            } catch (IOException e) {
                // The server was killed: whether the batch took effect is unknown, so it is sent again.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                waiting = false;
            }
            LockSupport.parkNanos(PAUSE_AFTER_A_FAILURE.toNanos());
        }
    }

    private void remember(MutationsReply reply) {
        for (OpResult result : reply.results()) {
            if (result.status() != OpResult.Status.ACCEPTED || result.seq() == null) {
                throw new AssertionError("refused: " + result);
            }
            acknowledged.put(result.opId().toString(), result.seq());
        }
    }

    /** Every entry from the first on, its chain checked. */
    List<Entry> wholeLog() throws IOException, InterruptedException {
        List<Entry> entries = new ArrayList<>();
        Cursor cursor = Cursor.START;
        while (true) {
            String after = cursor.epoch() + "." + cursor.seq() + "." + cursor.chain();
            HttpResponse<String> answer =
                    world.server().send("GET", vault + "/log?limit=1000&after=" + after, token, "");
            LogPage page = Json.readLogPage(answer.body().getBytes(StandardCharsets.UTF_8), cursor);
            if (page.entries().isEmpty()) {
                return entries;
            }
            entries.addAll(page.entries());
            cursor = page.entries().getLast().cursor();
        }
    }

    /** The seq of the oldest entry that the server keeps. */
    long minRetainedSeq() throws IOException, InterruptedException {
        HttpResponse<String> answer = world.server().send("GET", vault, token, "");
        return Json.read(answer.body().getBytes(StandardCharsets.UTF_8), VaultStatus.class)
                .minRetainedSeq();
    }

    private static UUID uuid7() {
        long millis = System.currentTimeMillis();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(millis << 16 | 0x7000 | random.nextInt(0x1000), random.nextLong() >>> 2 | 0x8000000000000000L);
    }
}
