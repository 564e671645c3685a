package io.tinysync.client.http;

import io.tinysync.client.state.ServerUrls;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The nodes of a server, one of which is asked until it fails; then it is the next one's turn. Devices begin with any of them, so that not all
 * come to the first. Thread-safe.
 */
final class Servers {

    private final List<ServerAddress> all;
    private final AtomicInteger current;

    Servers(ServerUrls urls, String token) {
        this.all = urls.all().stream().map(url -> new ServerAddress(url, token)).toList();
        this.current = new AtomicInteger(ThreadLocalRandom.current().nextInt(all.size()));
    }

    ServerAddress current() {
        return all.get(current.get());
    }

    /** The one that was asked did not answer, or says that it cannot now. Of several calls that fail on the same one only the first counts. */
    void failed(URI asked) {
        int index = current.get();
        if (all.get(index).server().equals(asked)) {
            current.compareAndSet(index, (index + 1) % all.size());
        }
    }
}
