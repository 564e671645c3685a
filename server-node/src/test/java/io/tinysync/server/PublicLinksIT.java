package io.tinysync.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.PublicLinks.CreateLink;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.ApiClient.Device;
import io.tinysync.server.ApiClient.Response;
import io.tinysync.server.SharingVault.Link;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Public links, read as a stranger reads them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublicLinksIT {

    private static final String TEXT = "what is shared";

    private TestServer server;
    private ApiClient anyone;
    private SharingVault vault;
    private Response unknown;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        server = TestServer.start(data);
        anyone = server.anyone();
        vault = new SharingVault(server, "shared");
        unknown = anyone.get("/p/" + "A".repeat(43)).expect(404);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void assertGone(String path) {
        Response answer = anyone.get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo(unknown.text());
        assertThat(withoutRequest(answer)).isEqualTo(withoutRequest(unknown));
    }

    private static Map<String, List<String>> withoutRequest(Response answer) {
        Map<String, List<String>> headers =
                new LinkedHashMap<>(answer.http().headers().map());
        headers.keySet().removeAll(List.of("x-request-id", "date"));
        return headers;
    }

    private Response get(String path, String... headers) {
        return anyone.send(anyone.request(path).headers(headers).build());
    }

    @Test
    void a_file_is_shown_with_name_and_size_and_read_in_whole_and_in_part() {
        Link link = vault.link(vault.file(ItemId.ROOT, "report.pdf", TEXT));

        Response page = anyone.get(link.path()).expect(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=UTF-8");
        assertThat(page.text()).contains("report.pdf", "14 bytes", "href=\"" + link.path() + "/d\"");
        Response whole = anyone.get(link.path() + "/d").expect(200);
        assertThat(whole.text()).isEqualTo(TEXT);
        assertThat(whole.header("Content-Disposition")).startsWith("attachment; filename=\"report.pdf\"");
        Response part = get(link.path() + "/d", "Range", "bytes=5-6").expect(206);
        assertThat(part.text()).isEqualTo("is");
        assertThat(part.header("Content-Range")).isEqualTo("bytes 5-6/14");
        assertThat(get(link.path() + "/d", "Range", "bytes=5-6", "If-Range", "\"other\"")
                        .expect(200)
                        .text())
                .isEqualTo(TEXT);
        get(link.path() + "/d", "Range", "bytes=14-").expect(416);
        Response head = anyone.send(anyone.request(link.path() + "/d").HEAD().build());
        assertThat(head.expect(200).header("Content-Length")).isEqualTo("14");
    }

    @Test
    void a_folder_is_listed_with_its_folders_first_and_read_below() {
        ItemId top = vault.folder(ItemId.ROOT, "album");
        ItemId sub = vault.folder(top, "Zoo & <more>");
        vault.folder(top, "empty");
        vault.file(top, "b.txt", "b");
        vault.file(top, "A.txt", "a");
        vault.symlink(top, "elsewhere", "../secret-of-others");
        vault.file(sub, "größe 100%.txt", "deep");
        Link link = vault.link(top);

        String page = anyone.get(link.path()).expect(200).text();
        assertThat(page).containsSubsequence("album", "empty", "Zoo &amp; &lt;more&gt;", "A.txt", "b.txt");
        assertThat(page).doesNotContain("elsewhere", "secret-of-others", "<more>");
        String below = anyone.get(link.path() + "/f/Zoo%20%26%20%3Cmore%3E")
                .expect(200)
                .text();
        assertThat(below).contains("größe 100%.txt", "4 bytes");
        String deep = link.path() + "/d/Zoo%20%26%20%3Cmore%3E/gr%C3%B6%C3%9Fe%20100%25.txt";
        assertThat(below).contains("href=\"" + deep + "\"");
        assertThat(anyone.get(deep).expect(200).text()).isEqualTo("deep");
        assertThat(anyone.get(link.path() + "/f/empty").expect(200).text()).contains("This folder is empty.");
    }

    @Test
    void a_long_folder_comes_in_pages_each_item_once() {
        ItemId top = vault.folder(ItemId.ROOT, "long");
        vault.folder(top, "z folder");
        vault.files(top, "n%04d", 450);
        Link link = vault.link(top);

        List<String> seen = new ArrayList<>();
        String next = link.path();
        int pages = 0;
        while (!next.isEmpty()) {
            String page = anyone.get(next).expect(200).text();
            java.util.regex.Pattern.compile("<span class=\"name\"><bdi>([^<]*)")
                    .matcher(page)
                    .results()
                    .forEach(name -> seen.add(name.group(1)));
            next = java.util.regex.Pattern.compile("rel=\"next\" href=\"([^\"]*)\"")
                    .matcher(page)
                    .results()
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElse("");
            pages++;
        }

        assertThat(pages).isEqualTo(3);
        assertThat(seen).hasSize(451).doesNotHaveDuplicates();
        assertThat(seen.getFirst()).isEqualTo("z folder");
        assertThat(seen.subList(1, 451)).isSorted();
    }

    @Test
    void a_folder_is_downloaded_as_an_archive() throws Exception {
        ItemId top = vault.folder(ItemId.ROOT, "trip");
        ItemId sub = vault.folder(top, "day 1");
        vault.folder(top, "nothing");
        vault.file(sub, "größe.txt", "deep");
        vault.file(top, "none", "");
        vault.symlink(top, "elsewhere", "/etc/passwd");
        vault.files(sub, "n%03d", 600);
        Link link = vault.link(top);

        Response zip = anyone.get(link.path() + "/z").expect(200);
        assertThat(zip.header("Content-Type")).isEqualTo("application/zip");
        assertThat(zip.header("Content-Disposition")).startsWith("attachment; filename=\"trip.zip\"");
        Map<String, String> entries = entries(zip.bytes());
        assertThat(entries).hasSize(605).containsEntry("trip/day 1/größe.txt", "deep");
        assertThat(entries).containsEntry("trip/none", "").containsEntry("trip/day 1/n599", "many");
        assertThat(entries).containsKeys("trip/", "trip/nothing/").doesNotContainKey("trip/elsewhere");
        assertThat(entries(anyone.get(link.path() + "/z/day%201").expect(200).bytes()))
                .hasSize(602)
                .containsEntry("day 1/größe.txt", "deep");
    }

    private static Map<String, String> entries(byte[] zip) throws Exception {
        Map<String, String> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void whatever_ends_a_link_leaves_the_same_page() throws Exception {
        ItemId file = vault.file(ItemId.ROOT, "ends", TEXT);
        assertGone("/p/" + "A".repeat(42) + "B");
        assertGone("/p/short");
        Link revoked = vault.link(file);
        vault.device().api().delete(vault.links() + "/" + revoked.id()).expect(204);
        assertGone(revoked.path());
        assertGone(revoked.path() + "/d");
        Link used = vault.link(file, null, null, 1);
        anyone.get(used.path() + "/d").expect(200);
        assertGone(used.path());
        assertGone(used.path() + "/d");
        Link expiring = vault.link(file, Instant.now().plusMillis(1500), null, null);
        anyone.get(expiring.path()).expect(200);
        Await.until("the link expires", () -> anyone.get(expiring.path()).status() == 404);
        assertGone(expiring.path());
        Link deleted = vault.link(file);
        vault.delete(file);
        assertGone(deleted.path());
        assertGone(deleted.path() + "/d");
        assertGone(deleted.path() + "/f/any");
        assertGone(deleted.path() + "/z");
    }

    @Test
    void a_link_comes_back_with_its_item_and_moves_with_it() {
        ItemId folder = vault.folder(ItemId.ROOT, "from");
        ItemId other = vault.folder(ItemId.ROOT, "to");
        ItemId file = vault.file(folder, "wanders", TEXT);
        Link link = vault.link(file);

        vault.delete(file);
        assertGone(link.path());
        vault.restore(file);
        assertThat(anyone.get(link.path()).expect(200).text()).contains("wanders");
        vault.move(file, other, "renamed");
        assertThat(anyone.get(link.path()).expect(200).text())
                .contains("renamed")
                .doesNotContain("wanders");
        assertThat(anyone.get(link.path() + "/d").expect(200).text()).isEqualTo(TEXT);
    }

    @Test
    void nothing_beside_or_above_a_folder_is_reached() {
        ItemId folder = vault.folder(ItemId.ROOT, "inside");
        ItemId secret = vault.folder(ItemId.ROOT, "outside");
        vault.file(secret, "key", "secret");
        ItemId leaves = vault.file(folder, "leaves", TEXT);
        Link link = vault.link(folder);
        for (String path : List.of(
                "/f/../outside",
                "/d/../outside/key",
                "/d/..%2Foutside%2Fkey",
                "/d/%2e%2e/outside/key",
                "/d//outside/key",
                "/f/",
                "/f/leaves/",
                "/d/.",
                "/d/" + secret,
                "/d/%FF%FE",
                "/f/" + "a/".repeat(1500))) {
            Response answer = anyone.send(HttpRequest.newBuilder(URI.create(server.url() + link.path() + path))
                    .build());
            assertThat(answer.status()).as(path).isIn(404, 400);
            assertThat(answer.text()).as(path).doesNotContain("secret", "outside");
        }
        assertThat(anyone.get(link.path() + "/d/leaves").expect(200).text()).isEqualTo(TEXT);
        vault.move(leaves, secret, "leaves");
        assertGone(link.path() + "/d/leaves");
    }

    @Test
    void so_many_downloads_at_once_give_exactly_as_many_as_the_link_has() {
        Link link = vault.link(vault.file(ItemId.ROOT, "counted", TEXT), null, null, 7);

        List<CompletableFuture<Integer>> all = IntStream.range(0, 60)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> anyone.get(link.path() + "/d").status(), Thread.ofVirtual()::start))
                .toList();

        List<Integer> statuses = all.stream().map(CompletableFuture::join).toList();
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(7);
        assertThat(statuses.stream().filter(status -> status == 404)).hasSize(53);
        assertGone(link.path() + "/d");
    }

    @Test
    void the_rest_of_a_download_that_was_counted_is_not_counted_again_for_its_own_browser() {
        Link link = vault.link(vault.file(ItemId.ROOT, "cut", TEXT), null, null, 1);

        Response begun = anyone.get(link.path() + "/d").expect(200);
        String cookie = begun.header("Set-Cookie");

        assertThat(cookie).contains("Path=" + link.path() + "/d;", "HttpOnly", "SameSite=Strict", "Max-Age=3600");
        String brought = cookie.substring(0, cookie.indexOf(';'));
        assertThat(get(link.path() + "/d", "Range", "bytes=5-", "Cookie", brought)
                        .expect(206)
                        .text())
                .isEqualTo("is shared");
        get(link.path() + "/d", "Range", "bytes=0-", "Cookie", brought).expect(404);
        get(link.path() + "/d", "Range", "bytes=5-").expect(404);
        get(link.path() + "/d", "Range", "bytes=5-", "Cookie", brought + "A").expect(404);
    }

    @Test
    void a_password_opens_a_link_for_the_browser_that_knew_it() {
        ItemId file = vault.file(ItemId.ROOT, "protected-name", TEXT);
        Link link = vault.link(file, null, "open sesame", null);
        Link other = vault.link(file, null, "open sesame", null);

        assertThat(anyone.get(link.path()).expect(200).text())
                .contains("type=\"password\"")
                .doesNotContain("protected-name", "14 bytes");
        assertThat(anyone.get(link.path() + "/d").expect(303).header("Location"))
                .isEqualTo(link.path());
        assertThat(anyone.get(link.path() + "/d").bytes()).isEmpty();
        Response wrong = tried(link, "open+barley");
        assertThat(wrong.expect(403).text()).contains("not the password").doesNotContain("protected-name");
        Response right = tried(link, "open+sesame").expect(303);
        String cookie = right.header("Set-Cookie");
        assertThat(cookie)
                .contains("Path=" + link.path() + ";", "HttpOnly", "SameSite=Strict", "Max-Age=1800")
                .doesNotContain("Secure");
        String brought = cookie.substring(0, cookie.indexOf(';'));
        assertThat(get(link.path(), "Cookie", brought).expect(200).text()).contains("protected-name");
        assertThat(get(link.path() + "/d", "Cookie", "a=b; " + brought)
                        .expect(200)
                        .text())
                .isEqualTo(TEXT);
        assertThat(get(other.path(), "Cookie", brought).expect(200).text()).contains("type=\"password\"");
        String later = brought.replaceFirst("=[0-9]+", "=9999999999");
        assertThat(get(link.path(), "Cookie", later).expect(200).text()).contains("type=\"password\"");
    }

    private Response tried(Link link, String password) {
        return anyone.send(anyone.request(link.path())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("password=" + password))
                .build());
    }

    @Test
    void passwords_are_tried_so_often_a_minute_and_no_more_also_at_once() {
        Link link = vault.link(vault.file(ItemId.ROOT, "guarded", TEXT), null, "right", null);

        List<Integer> statuses = IntStream.range(0, 30)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> tried(link, "wrong" + i).status(), Thread.ofVirtual()::start))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(statuses.stream().filter(status -> status == 403).count()).isLessThanOrEqualTo(10);
        assertThat(statuses.stream().filter(status -> status == 429 || status == 503))
                .hasSizeGreaterThanOrEqualTo(20);
        Response refused = tried(link, "right").expect(429);
        assertThat(refused.header("Retry-After")).isEqualTo("60");
    }

    @Test
    void every_answer_keeps_the_browser_from_running_guessing_keeping_and_telling() {
        Link link = vault.link(vault.file(ItemId.ROOT, "evil.html", "<script>alert(1)</script>"));
        for (Response answer : List.of(
                unknown,
                anyone.get(link.path()).expect(200),
                anyone.get(link.path() + "/d").expect(200))) {
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("X-Robots-Tag")).contains("noindex");
            assertThat(answer.header("Cache-Control")).contains("no-store");
            assertThat(answer.header("Content-Security-Policy"))
                    .startsWith("default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
                    .doesNotContain("unsafe", "script-src");
        }
        Response content = anyone.get(link.path() + "/d");
        assertThat(content.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(content.header("Content-Disposition")).startsWith("attachment;");
        assertThat(content.header("Content-Security-Policy")).endsWith("; sandbox");
        assertThat(anyone.get(link.path()).text())
                .contains("<meta name=\"robots\" content=\"noindex")
                .doesNotContain("<script");
        assertThat(anyone.get("/robots.txt").expect(200).text()).contains("Disallow: /");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "photo.PNG image/png",
                "notes.txt text/plain; charset=UTF-8",
                "page.svg application/octet-stream",
                "page.xhtml application/octet-stream",
                "script.js application/octet-stream",
                "png application/octet-stream"
            })
    void only_a_few_types_are_told(String nameAndType) {
        String name = nameAndType.substring(0, nameAndType.indexOf(' '));
        Link link = vault.link(vault.file(ItemId.ROOT, name, TEXT));

        assertThat(anyone.get(link.path() + "/d").expect(200).header("Content-Type"))
                .isEqualTo(nameAndType.substring(name.length() + 1));
    }

    @Test
    void who_may_not_reach_the_vault_makes_lists_and_revokes_no_links() {
        ItemId file = vault.file(ItemId.ROOT, "mine", TEXT);
        Link link = vault.link(file);
        Device stranger = anyone.register("stranger");
        CreateLink create = new CreateLink(file, null, null, null);

        assertThat(stranger.api().post(vault.links(), create).code()).isEqualTo("not_found");
        assertThat(stranger.api().get(vault.links()).code()).isEqualTo("not_found");
        assertThat(stranger.api().delete(vault.links() + "/" + link.id()).code())
                .isEqualTo("not_found");
        assertThat(anyone.post(vault.links(), create).code()).isEqualTo("unauthorized");
        SharingVault other = new SharingVault(server, "other");
        assertThat(other.device().api().delete(other.links() + "/" + link.id()).code())
                .isEqualTo("not_found");
        assertThat(other.device().api().post(other.links(), create).code()).isEqualTo("not_found");
        anyone.get(link.path()).expect(200);
        server.admin().delete(vault.links() + "/" + link.id()).expect(204);
        assertGone(link.path());
    }

    @Test
    void a_link_ends_when_the_device_that_made_it_is_revoked_or_loses_the_vault() {
        SharingVault leaving = new SharingVault(server, "leaving");
        Link link = leaving.link(leaving.file(ItemId.ROOT, "left", TEXT));
        String group = groupOf("leaving");
        anyone.get(link.path()).expect(200);

        server.admin().delete("/v1/groups/" + group + "/vaults/" + leaving.id()).expect(204);
        assertGone(link.path());
        server.admin().put("/v1/groups/" + group + "/vaults/" + leaving.id()).expect(204);
        anyone.get(link.path()).expect(200);
        server.admin().delete("/v1/devices/" + leaving.device().id()).expect(204);
        assertGone(link.path());
        assertThat(server.admin()
                        .get(leaving.links())
                        .expect(200)
                        .json()
                        .at("/links/0/state")
                        .asText())
                .isEqualTo("withdrawn");
    }

    private String groupOf(String name) {
        for (JsonNode group :
                server.admin().get("/v1/groups").expect(200).json().path("groups")) {
            if (group.path("name").asText().equals(name)) {
                return group.path("group_id").asText();
            }
        }
        throw new AssertionError(name);
    }

    @Test
    void a_listing_tells_of_each_link_and_never_its_token() {
        SharingVault listed = new SharingVault(server, "listed");
        ItemId file = listed.file(ItemId.ROOT, "listed.txt", TEXT);
        Link link = listed.link(file, Instant.parse("2090-01-02T03:04:05Z"), "word", 2);

        Response list = listed.device().api().get(listed.links()).expect(200);
        JsonNode only = list.json().at("/links/0");
        assertThat(only.path("link_id").asText()).isEqualTo(link.id().toString());
        assertThat(only.path("name").asText()).isEqualTo("listed.txt");
        assertThat(only.path("state").asText()).isEqualTo("live");
        assertThat(only.path("expires_at").asText()).isEqualTo("2090-01-02T03:04:05Z");
        assertThat(only.path("password").asBoolean()).isTrue();
        assertThat(only.path("max_downloads").asInt()).isEqualTo(2);
        assertThat(list.text()).doesNotContain(link.token());
    }

    @Test
    void what_is_no_live_file_or_folder_or_no_sound_wish_makes_no_link() {
        ItemId file = vault.file(ItemId.ROOT, "asked", TEXT);
        for (String body : List.of(
                "{}",
                "{'item_id':'" + file + "','expires_at':'tomorrow'}",
                "{'item_id':'" + file + "','expires_at':'2001-01-01T00:00:00Z'}",
                "{'item_id':'" + file + "','max_downloads':0}",
                "{'item_id':'" + file + "','password':''}")) {
            Response refused = vault.device()
                    .api()
                    .post(vault.links(), body.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
            assertThat(refused.expect(400).code()).as(body).isEqualTo("bad_request");
        }
        vault.delete(file);
        assertThat(vault.device()
                        .api()
                        .post(vault.links(), new CreateLink(file, null, null, null))
                        .code())
                .isEqualTo("not_found");
        assertThat(vault.device()
                        .api()
                        .post(vault.links(), new CreateLink(ItemId.ROOT, null, null, null))
                        .code())
                .isEqualTo("not_found");
    }

    @Test
    void a_name_is_nothing_but_a_name_in_page_header_and_archive() throws Exception {
        ItemId top = vault.folder(ItemId.ROOT, "names");
        String hostile = "a\"b\r\nSet-Cookie: x=1;<img src=x onerror=alert(1)>\u202Egpj.\\exe 100% ü😀";
        vault.file(top, hostile, TEXT);
        Link link = vault.link(top);

        String page = anyone.get(link.path()).expect(200).text();
        assertThat(page).doesNotContain("<img", "\u202E").contains("a&quot;b", "&lt;img src=x", "ü😀");
        java.util.regex.Matcher href =
                java.util.regex.Pattern.compile("href=\"(/p/[^\"]*/d/[^\"]*)\"").matcher(page);
        assertThat(href.find()).isTrue();
        Response file = anyone.get(href.group(1)).expect(200);
        assertThat(file.text()).isEqualTo(TEXT);
        assertThat(file.header("Set-Cookie")).isEmpty();
        assertThat(file.header("Content-Disposition"))
                .isEqualTo(
                        "attachment; filename=\"a_b__Set-Cookie_ x=1;<img src=x onerror=alert(1)>_gpj._exe 100_ __\"; "
                                + "filename*=UTF-8''a%22b__Set-Cookie_%20x%3D1%3B%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E_gpj._exe"
                                + "%20100%25%20%C3%BC%F0%9F%98%80");
        assertThat(entries(anyone.get(link.path() + "/z").expect(200).bytes()).keySet())
                .containsExactly(
                        "names/", "names/a\"b__Set-Cookie_ x=1;<img src=x onerror=alert(1)>_gpj._exe 100% ü😀");
    }

    @Test
    void a_download_that_is_under_way_ends_soon_after_the_link_was_revoked() throws Exception {
        assertCutAfter(link ->
                vault.device().api().delete(vault.links() + "/" + link.id()).expect(204));
    }

    /** A reader that takes so little at a time that most of the file is still with the server. */
    private void assertCutAfter(Consumer<Link> end) throws Exception {
        byte[] large = new byte[96 << 20];
        new java.util.Random(1).nextBytes(large);
        Link link = vault.link(vault.file(ItemId.ROOT, "large " + Sha256.hash(large), large));
        try (HttpClient client = HttpClient.newHttpClient();
                InputStream bytes = client.send(
                                HttpRequest.newBuilder(URI.create(server.url() + link.path() + "/d"))
                                        .build(),
                                BodyHandlers.ofInputStream())
                        .body()) {
            long read = bytes.readNBytes(1 << 20).length;
            end.accept(link);
            Await.until("the bytes end", () -> isCut(bytes));
            assertThat(read).isLessThan(large.length);
        }
    }

    /** One look every 20 ms: all of it takes more than twice as long as a link may go on after its end. */
    private static boolean isCut(InputStream bytes) {
        try {
            if (bytes.readNBytes(80_000).length == 0) {
                throw new AssertionError("the whole file came");
            }
            return false;
        } catch (java.io.IOException e) {
            return true;
        }
    }
}
