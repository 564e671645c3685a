package io.tinysync.server.readiness;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One thing that a node needs in order to serve.
 *
 * @param name one word
 */
public record Probe(String name, Question question) {

    /** Finds out whether it is there. Returns at once. */
    @FunctionalInterface
    public interface Question {

        /** Why it is not, in words that anybody may read; empty if it is. A stage that fails says that it does not answer. */
        CompletionStage<Optional<String>> ask();
    }

    /** A probe whose question blocks. */
    public static Probe blocking(String name, Callable<Optional<String>> question, Executor threads) {
        return new Probe(name, () -> {
            CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
            threads.execute(() -> {
                try {
                    answer.complete(question.call());
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer;
        });
    }
}
