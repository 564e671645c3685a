package io.tinysync.server.http;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.server.links.Links;
import io.tinysync.server.links.OpenLink;
import io.tinysync.server.links.SharedItems;
import java.time.Duration;

/** Looks again and again, while bytes go out by a link, whether the link still leads to them. For one download; by one thread at a time. */
final class LinkWatch {

    /** How long a link that was revoked, or a file that was deleted, may go on being sent to who has begun to read it. */
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Links links;
    private final SharedItems items;
    private final OpenLink link;
    private final ItemId item;
    private volatile long looked = System.nanoTime();

    /** @param item what is being read; the link's own or below it */
    LinkWatch(Links links, SharedItems items, OpenLink link, ItemId item) {
        this.links = links;
        this.items = items;
        this.link = link;
        this.item = item;
    }

    boolean isDue() {
        return System.nanoTime() - looked > EVERY.toNanos();
    }

    /** Blocks. @throws ProblemException if the link leads there no longer */
    void look() {
        looked = System.nanoTime();
        if (links.find(link.token()).isEmpty() || !items.isStillBelow(link.vaultId(), link.itemId(), item)) {
            throw ProblemException.notFound("link");
        }
    }

    void lookIfDue() {
        if (isDue()) {
            look();
        }
    }
}
