package io.tinysync.engine.vault;

import java.util.ArrayList;
import java.util.List;

/** Answers that wait for a proof of theirs; each is given once, as it stands or as {@link Unavailable}. */
final class Answers {

    private record Waiting(VaultCommand.Request request, Runnable answer) {}

    private final List<Waiting> waiting = new ArrayList<>();

    void add(VaultCommand.Request request, Runnable answer) {
        waiting.add(new Waiting(request, answer));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void send() {
        waiting.forEach(entry -> entry.answer().run());
        waiting.clear();
    }

    void refuse(String reason) {
        waiting.forEach(entry -> WaitingRoom.refuse(entry.request(), reason));
        waiting.clear();
    }
}
