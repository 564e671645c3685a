package io.tinysync.client.http;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** Runs calls, each on a virtual thread that a {@link StallGuard} watches; whatever goes wrong fails the call's stage. */
final class Calls implements AutoCloseable {

    /** One call from its request to the last byte of its answer. */
    interface Work<T> {
        T run(Call call) throws IOException, InterruptedException;
    }

    private final Duration silence;
    private final Supplier<Servers> servers;
    private final AskedToWait waits = new AskedToWait(System::nanoTime);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("server-call-", 0).factory());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("server-call-timer").factory());

    Calls(Duration silence, Supplier<Servers> servers) {
        this.servers = servers;
        this.silence = silence;
    }

    <T> CompletionStage<T> start(Work<? extends T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            threads.execute(() -> run(work, result));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new UnknownOutcomeException("the client is closed", e));
        }
        return result;
    }

    private <T> void run(Work<? extends T> work, CompletableFuture<T> result) {
        try {
            waits.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.completeExceptionally(new UnknownOutcomeException("the client is closed", e));
            return;
        }
        StallGuard guard = new StallGuard(timer, silence);
        Call call = new Call(guard, servers.get());
        try (guard) {
            result.complete(work.run(call));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.failed();
            result.completeExceptionally(silent(guard, e));
        } catch (IOException e) {
            call.failed();
            result.completeExceptionally(
                    guard.hasStalled()
                            ? silent(guard, e)
                            : TlsFault.explained(call.address().server(), e));
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private UnknownOutcomeException silent(StallGuard guard, Exception cause) {
        return new UnknownOutcomeException(
                guard.hasStalled() ? "no byte for " + silence.toMillis() + " ms" : "the client is closed", cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    /** What a call's work needs. All requests of one call go to the same node. */
    final class Call {
        private final StallGuard guard;
        private final Servers asked;
        private final ServerAddress address;

        private Call(StallGuard guard, Servers asked) {
            this.guard = guard;
            this.asked = asked;
            this.address = asked.current();
        }

        ServerAddress address() {
            return address;
        }

        /** Whoever calls next asks another node, if there is one. */
        private void failed() {
            asked.failed(address.server());
        }

        StallGuard guard() {
            return guard;
        }

        /** Returns when the response's head is there. */
        Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
            return new Reply(asked.client().send(request.build(), BodyHandlers.ofInputStream()), guard, waits);
        }
    }
}
