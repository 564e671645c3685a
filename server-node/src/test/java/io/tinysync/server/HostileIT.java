package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.server.RawConnection.Head;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is sent, the server refuses it or does what it says, soon, with the same memory, and serves on. A request that went wrong is
 * printed with its seed and number; {@code -Dtinysync.hostile.seed} and {@code -Dtinysync.hostile.number} send it alone.
 */
final class HostileIT {

    private static final int CONNECTIONS = 8;

    /** Of a WebSocket among the requests. */
    private static final int SOCKET_EVERY = 25;

    private static final long FLAT_BYTES = 48 << 20;

    private TestServer server;
    private Household attacker;
    private Household victim;
    private long seed;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
        attacker = new Household(server, "attacker");
        victim = new Household(server, "victim");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void twoThousandRequestsOfAllKinds() throws Exception {
        attack(Long.getLong("tinysync.hostile.seed", 7), 2_000);
    }

    @Test
    @Tag("long")
    void aHundredThousandRequestsOfAllKinds() throws Exception {
        attack(Long.getLong("tinysync.hostile.seed", System.nanoTime() & 0xFFFFFF), 100_000);
    }

    private void attack(long chosenSeed, int count) throws Exception {
        seed = chosenSeed;
        System.out.println("hostile requests of -Dtinysync.hostile.seed=" + seed);
        HostileRequests requests = new HostileRequests(
                seed, attacker.ids(), List.of(token(), token(), token(), TestServer.ADMIN_TOKEN, "", "tsdev_x_y"));
        List<String> before = victim.state();
        Long only = Long.getLong("tinysync.hostile.number");
        if (only != null) {
            send(requests, only);
        } else {
            sendAll(requests, 0, count / 10);
            long early = heapInUse();
            sendAll(requests, count / 10, count);
            assertThat(heapInUse()).isLessThan(early + FLAT_BYTES);
        }
        assertThat(faults).isEmpty();
        assertThat(serverFaults()).isEmpty();
        assertThat(victim.state()).isEqualTo(before);
        victim.vault().file(ItemId.ROOT, "still served", "still served");
        System.out.println(refused + " requests were refused, " + taken + " taken");
        assertThat(taken).as("valid ones among them").hasPositiveValue();
    }

    private String token() {
        return attacker.device().api().token();
    }

    private void sendAll(HostileRequests requests, int from, int to) throws InterruptedException {
        AtomicLong next = new AtomicLong(from);
        try (ExecutorService senders = Executors.newFixedThreadPool(CONNECTIONS)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                senders.execute(() -> {
                    for (long number = next.getAndIncrement();
                            number < to && faults.isEmpty();
                            number = next.getAndIncrement()) {
                        send(requests, number);
                    }
                });
            }
            senders.shutdown();
            assertThat(senders.awaitTermination(30, TimeUnit.MINUTES)).isTrue();
        }
    }

    private void send(HostileRequests requests, long number) {
        boolean socket = number % SOCKET_EVERY == 0;
        Object sent = socket ? "a WebSocket" : requests.request(number);
        try {
            Optional<Head> answer = sent instanceof WireRequest request
                    ? answer(request)
                    : SocketAbuse.commit(server.url(), token(), new Random(seed * 31 + number));
            judge(number, sent, answer);
        } catch (SocketTimeoutException e) {
            fault(number, sent, "neither an answer nor an end");
        } catch (Exception e) {
            fault(number, sent, e.toString());
        }
    }

    /** Empty if the server ended the connection, or the sender did. */
    private Optional<Head> answer(WireRequest request) throws Exception {
        byte[] bytes = request.bytes();
        try (RawConnection connection = new RawConnection(server.url())) {
            if (request.sentBytes >= 0) {
                connection.send(bytes, 0, request.sentBytes);
                return Optional.empty();
            }
            connection.send(bytes, 0, bytes.length);
            if (request.ended) {
                connection.end();
            }
            return connection.answer(request.method.equals("HEAD"));
        }
    }

    private void judge(long number, Object sent, Optional<Head> answer) {
        int status = answer.map(Head::status).orElse(0);
        if (status >= 500) {
            fault(number, sent, answer.get().text());
        }
        (status >= 400 || status == 0 ? refused : taken).incrementAndGet();
    }

    private void fault(long number, Object sent, String what) {
        faults.add(
                "-Dtinysync.hostile.seed=" + seed + " -Dtinysync.hostile.number=" + number + ": " + what + "\n" + sent);
    }

    /** Also of answers that did not reach their sender any more. */
    private List<String> serverFaults() {
        return server.admin()
                .get("/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith("tinysync_http_requests_seconds_count") && line.contains("status=\"5"))
                .toList();
    }

    private static long heapInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
