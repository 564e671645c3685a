package io.tinysync.client.http;

import io.tinysync.client.state.ServerUrls;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The nodes of a server, one of which is asked until it fails; then it is the next one's turn. Each device has an order of its own, so that not
 * all come to the first, and those of a node that is lost not all to the same other. Thread-safe.
 */
final class Servers {

    private final List<ServerAddress> all;
    private final HttpClient client;
    private final AtomicInteger current = new AtomicInteger();

    Servers(ServerUrls urls, String token, HttpClient client) {
        List<ServerAddress> shuffled = new ArrayList<>();
        urls.all().forEach(url -> shuffled.add(new ServerAddress(url, token)));
        Collections.shuffle(shuffled, ThreadLocalRandom.current());
        this.all = List.copyOf(shuffled);
        this.client = client;
    }

    /** What connects to them. */
    HttpClient client() {
        return client;
    }

    ServerAddress current() {
        return all.get(current.get());
    }

    boolean haveOthers() {
        return all.size() > 1;
    }

    /** The one that was asked did not answer, or says that it cannot now. Of several calls that fail on the same one only the first counts. */
    void failed(URI asked) {
        int index = current.get();
        if (all.get(index).server().equals(asked)) {
            current.compareAndSet(index, (index + 1) % all.size());
        }
    }
}
