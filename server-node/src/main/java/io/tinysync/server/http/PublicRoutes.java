package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.server.links.LinkToken;
import io.tinysync.server.links.Links;
import io.tinysync.server.links.OpenLink;
import io.tinysync.server.links.SharedItem;
import io.tinysync.server.links.SharedItems;
import io.tinysync.server.postgres.DatabaseException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What public links lead to: pages for people, and the bytes. Whoever has the token may read. A link that is unknown, revoked, expired,
 * used up, withdrawn or whose item is deleted, and a path that is not below it, all give the same page.
 */
final class PublicRoutes {

    static final String PREFIX = Links.PATH;

    private static final Logger LOG = LoggerFactory.getLogger(PublicRoutes.class);

    /** The database's connections are 16; strangers leave the devices some. */
    private static final int MAX_AT_ONCE = 6;

    /** Slow hashes at a time; each takes a core. */
    private static final int MAX_PASSWORDS_AT_ONCE = 1;

    private static final long PATIENCE_SECONDS = 5;

    /** Each name is a query. */
    private static final int MAX_NAMES = 1_000;

    private static final int MAX_FORM_BYTES = 4 << 10;

    private final Links links;
    private final SharedItems items;
    private final PublicDownloads downloads;
    private final PublicPages pages = new PublicPages();
    private final Semaphore places = new Semaphore(MAX_AT_ONCE, true);
    private final Semaphore passwords = new Semaphore(MAX_PASSWORDS_AT_ONCE, true);

    PublicRoutes(ClassicActorSystemProvider system, HttpServices services) {
        this.links = new Links(services.database());
        this.items = new SharedItems(services.database());
        this.downloads = new PublicDownloads(services.blobs(), links, items, system, services.threads());
    }

    List<Route> routes() {
        return List.of(
                route("showLink", this::page),
                route("openLink", this::password),
                route("showFolder", this::page),
                route("downloadFile", this::file),
                route("headFile", this::file),
                route("downloadFileBelow", this::file),
                route("headFileBelow", this::file),
                route("downloadArchive", this::archive),
                route("downloadArchiveBelow", this::archive),
                new Route("getRobots", exchange -> Answers.text("User-agent: *\nDisallow: /\n")));
    }

    /** What is asked for: the link, its own item, and what the path leads to. */
    private record Asked(OpenLink link, SharedItem top, List<String> names, SharedItem item) {

        String path() {
            return PREFIX + link.token().text();
        }
    }

    private interface Answer {
        HttpResponse of(Exchange exchange, OpenLink link) throws InterruptedException;
    }

    private Route route(String operationId, Answer answer) {
        return new Route(operationId, exchange -> answered(exchange, answer));
    }

    /** Whatever goes wrong is a page too, which says nothing of the link. */
    private HttpResponse answered(Exchange exchange, Answer answer) throws InterruptedException {
        try {
            // Before a place is taken: a form that comes slowly would keep it.
            exchange.bodyBytes(MAX_FORM_BYTES);
            return inTurn(places, () -> answer.of(exchange, link(exchange)));
        } catch (ProblemException e) {
            return pages.problem(e.code());
        } catch (DatabaseException e) {
            LOG.warn("a public link could not be answered: {}", e.toString());
            return pages.problem(ProblemCode.UNAVAILABLE);
        } catch (IllegalStateException e) {
            LOG.warn("a public link could not be answered", e);
            return pages.problem(ProblemCode.UNAVAILABLE);
        }
    }

    private interface Work<T> {
        T done() throws InterruptedException;
    }

    private static <T> T inTurn(Semaphore places, Work<T> work) throws InterruptedException {
        if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new ProblemException(ProblemCode.UNAVAILABLE, "too many read public links");
        }
        try {
            return work.done();
        } finally {
            places.release();
        }
    }

    private OpenLink link(Exchange exchange) {
        return exchange.segment("token")
                .flatMap(LinkToken::parse)
                .flatMap(links::find)
                .orElseThrow(PublicRoutes::gone);
    }

    private static ProblemException gone() {
        return ProblemException.notFound("link");
    }

    private Asked asked(Exchange exchange, OpenLink link) {
        SharedItem top = items.find(link.vaultId(), link.itemId()).orElseThrow(PublicRoutes::gone);
        List<String> names = SharedNames.decoded(exchange.segment("path"));
        if (names.size() > MAX_NAMES) {
            throw gone();
        }
        SharedItem item = items.below(link.vaultId(), top, names).orElseThrow(PublicRoutes::gone);
        return new Asked(link, top, names, item);
    }

    private static boolean mustAsk(Exchange exchange, OpenLink link) {
        return link.asksForPassword() && !PublicCookies.isOpened(exchange, link);
    }

    /** A link whose downloads were all taken is over but for the rest of a download that has begun. */
    private static void checkNotExhausted(OpenLink link) {
        if (link.exhausted()) {
            throw gone();
        }
    }

    private HttpResponse page(Exchange exchange, OpenLink link) {
        checkNotExhausted(link);
        Asked asked = asked(exchange, link);
        if (mustAsk(exchange, link)) {
            return asked.names().isEmpty() ? pages.password(asked.path(), false) : toPage(asked);
        }
        if (!asked.item().isFolder()) {
            return asked.names().isEmpty() ? pages.file(asked.path(), link, asked.item()) : toPage(asked);
        }
        Optional<FolderPlace> after = exchange.query("after", FolderPlace::parse);
        List<SharedItem> page = after.map(place -> items.after(
                        link.vaultId(), asked.item().itemId(), place.isFolder(), place.name(), PublicPages.ROWS + 1))
                .orElseGet(() -> items.first(link.vaultId(), asked.item().itemId(), PublicPages.ROWS + 1));
        List<String> crumbs = new ArrayList<>(List.of(asked.top().name()));
        crumbs.addAll(asked.names());
        return pages.folder(asked.path(), link, crumbs, page, after.isPresent());
    }

    private static HttpResponse toPage(Asked asked) {
        return PublicHeaders.onContent(
                HttpResponse.create().withStatus(303).addHeader(RawHeader.create("Location", asked.path())));
    }

    private HttpResponse file(Exchange exchange, OpenLink link) throws InterruptedException {
        Asked asked = asked(exchange, link);
        if (mustAsk(exchange, link)) {
            checkNotExhausted(link);
            return toPage(asked);
        }
        String path = asked.path() + "/d" + SharedNames.encoded(asked.names());
        return downloads.file(exchange, link, asked.item(), path);
    }

    private HttpResponse archive(Exchange exchange, OpenLink link) {
        checkNotExhausted(link);
        Asked asked = asked(exchange, link);
        return mustAsk(exchange, link) ? toPage(asked) : downloads.archive(link, asked.item());
    }

    private HttpResponse password(Exchange exchange, OpenLink link) throws InterruptedException {
        checkNotExhausted(link);
        Asked asked = asked(exchange, link);
        if (!link.asksForPassword()) {
            return toPage(asked);
        }
        String given =
                FormField.value(new String(exchange.bodyBytes(MAX_FORM_BYTES), StandardCharsets.UTF_8), "password");
        if (!links.takeTry(link.linkId())) {
            throw new ProblemException(ProblemCode.TOO_MANY_REQUESTS, "too many passwords were tried");
        }
        boolean right = inTurn(passwords, () -> link.isPassword(given));
        return right
                ? toPage(asked).addHeader(PublicCookies.opened(exchange, link, asked.path()))
                : pages.password(asked.path(), true);
    }
}
