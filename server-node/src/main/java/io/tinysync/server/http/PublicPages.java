package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.links.OpenLink;
import io.tinysync.server.links.SharedItem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** The pages of public links: HTML that needs no script and nothing from anywhere else. */
final class PublicPages {

    /** Of one page of a folder. */
    static final int ROWS = 200;

    /** The longest path that a browser is given: the server takes no longer ones. */
    private static final int MAX_PATH_CHARS = 7_000;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final String DOCUMENT_ICON = """
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 2h8l5 5v14a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1z"/>\
            <path class="fold" d="M14 2l5 5h-5z"/></svg>""";

    private static final String FOLDER_ICON = """
            <svg class="folder" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 5a1 1 0 0 1 1-1h5.5l2 2.5H20a1 1 0 0 1 1 1V19a1 1 0 0 1-1 \
            1H4a1 1 0 0 1-1-1z"/></svg>""";

    private final String style = resource("public.css");
    private final String styleHash =
            Base64.getEncoder().encodeToString(Sha256.newDigest().digest(style.getBytes(StandardCharsets.UTF_8)));

    private static String resource(String name) {
        try (InputStream in = PublicPages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param path of the link */
    HttpResponse file(String path, OpenLink link, SharedItem file) {
        return page(200, file.name(), """
                <section class="card file">
                %s
                <h1><bdi>%s</bdi></h1>
                <p class="quiet">%s</p>
                <p><a class="button" href="%s/d">Download</a></p>
                %s</section>""".formatted(
                        DOCUMENT_ICON, SharedNames.html(file.name()), size(file.size()), path, ending(link)));
    }

    /**
     * A page of a folder's listing.
     *
     * @param crumbs the names from the link's folder to this one
     * @param rows the items of the page, and one more if there is a next page
     */
    HttpResponse folder(String path, OpenLink link, List<String> crumbs, List<SharedItem> rows, boolean isContinued) {
        String below = SharedNames.encoded(crumbs.subList(1, crumbs.size()));
        List<SharedItem> shown = rows.subList(0, Math.min(ROWS, rows.size()));
        String list = shown.stream().map(item -> row(path, below, item)).collect(Collectors.joining("\n"));
        return page(200, crumbs.getLast(), """
                <section class="card">
                <header>
                <h1>%s</h1>
                <a class="button" href="%s">Download all</a>
                </header>
                %s
                %s
                %s</section>""".formatted(
                trail(path, crumbs),
                path + "/z" + below,
                shown.isEmpty()
                        ? "<p class=\"empty\">" + (isContinued ? "No more items." : "This folder is empty.") + "</p>"
                        : "<ul class=\"items\">\n" + list + "\n</ul>",
                turning(folderPath(path, below), shown, rows.size() > ROWS, isContinued),
                ending(link)));
    }

    private static String folderPath(String path, String below) {
        return below.isEmpty() ? path : path + "/f" + below;
    }

    private static String trail(String path, List<String> crumbs) {
        StringBuilder trail = new StringBuilder();
        for (int i = 0; i < crumbs.size() - 1; i++) {
            trail.append("<a href=\"%s\"><bdi>%s</bdi></a> <span class=\"quiet\">/</span> "
                    .formatted(
                            folderPath(path, SharedNames.encoded(crumbs.subList(1, i + 1))),
                            SharedNames.html(crumbs.get(i))));
        }
        return trail + "<bdi>" + SharedNames.html(crumbs.getLast()) + "</bdi>";
    }

    private static String row(String path, String below, SharedItem item) {
        String target = path + (item.isFolder() ? "/f" : "/d") + below + "/" + SharedNames.encoded(item.name());
        String name = "<bdi>" + SharedNames.html(item.name()) + "</bdi>";
        String inside = (item.isFolder() ? FOLDER_ICON : DOCUMENT_ICON) + "<span class=\"name\">" + name
                + "</span><span class=\"size\">" + (item.isFolder() ? "" : size(item.size())) + "</span>";
        return target.length() > MAX_PATH_CHARS
                ? "<li><span class=\"far\" title=\"Too deep for a page of its own; it is in the archive\">" + inside
                        + "</span></li>"
                : "<li><a href=\"" + target + "\">" + inside + "</a></li>";
    }

    private static String turning(String folder, List<SharedItem> shown, boolean hasMore, boolean isContinued) {
        StringBuilder links = new StringBuilder();
        if (isContinued) {
            links.append("<a href=\"").append(folder).append("\">First page</a>");
        }
        if (hasMore) {
            SharedItem last = shown.getLast();
            String after = new FolderPlace(last.isFolder(), last.name()).toString();
            links.append(
                    "<a rel=\"next\" href=\"%s?after=%s\">Next page</a>".formatted(folder, SharedNames.encoded(after)));
        }
        return links.isEmpty() ? "" : "<nav>" + links + "</nav>";
    }

    private static String ending(OpenLink link) {
        return link.expiresAt()
                .map(time -> "<p class=\"quiet until\">Available until " + TIME.format(time) + "</p>\n")
                .orElse("");
    }

    /** Asks for the password, and says nothing of what it opens. */
    HttpResponse password(String path, boolean wasWrong) {
        return page(wasWrong ? 403 : 200, "Password", """
                <section class="card form">
                <h1>This link asks for a password</h1>
                <form method="post" action="%s">
                <label for="password">Password</label>
                <input id="password" name="password" type="password" maxlength="200" required autofocus autocomplete="off">
                %s<button class="button">Open</button>
                </form>
                </section>""".formatted(
                        path, wasWrong ? "<p class=\"wrong\" role=\"alert\">That is not the password.</p>\n" : ""));
    }

    HttpResponse problem(ProblemCode code) {
        int status = Problems.status(code);
        return switch (code) {
            case NOT_FOUND ->
                message(status, "There is nothing here", "The link may have ended, or its address is not complete.");
            case TOO_MANY_REQUESTS ->
                message(status, "Too many tries", "Wait a minute, then try the password again.")
                        .addHeader(RawHeader.create("Retry-After", "60"));
            case RANGE_NOT_SATISFIABLE -> message(status, "Not that long", "The file has no such part.");
            case TOO_LARGE ->
                message(
                        status,
                        "Too much for one archive",
                        "An archive takes %d files and folders. Open the folder and download its parts."
                                .formatted(FolderArchive.MAX_ITEMS));
            case UNAVAILABLE ->
                message(status, "Not at this moment", "The server has much to do. Try again in a few seconds.")
                        .addHeader(RawHeader.create("Retry-After", "5"));
            default -> message(status, "That did not work", "The address or what was sent is not as it should be.");
        };
    }

    private HttpResponse message(int status, String title, String sentence) {
        return page(status, title, """
                <section class="card message">
                <h1>%s</h1>
                <p class="quiet">%s</p>
                </section>""".formatted(title, sentence));
    }

    private HttpResponse page(int status, String title, String body) {
        String document = """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex, nofollow, noarchive">
                <meta name="referrer" content="no-referrer">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>%s</style>
                </head>
                <body>
                <main>
                %s
                </main>
                <footer>Shared with TinySync</footer>
                </body>
                </html>
                """.formatted(SharedNames.html(title), style, body);
        HttpResponse response = HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.TEXT_HTML_UTF8, document));
        return PublicHeaders.onPage(response, styleHash);
    }

    private static String size(long bytes) {
        if (bytes < 1000) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        String[] units = {"kB", "MB", "GB", "TB"};
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.95 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ENGLISH, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }
}
