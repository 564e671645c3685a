package io.tinysync.server.http;

import io.tinysync.engine.blob.BlobStore;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.Sha256;
import io.tinysync.server.links.Links;
import io.tinysync.server.links.OpenLink;
import io.tinysync.server.links.SharedItem;
import io.tinysync.server.links.SharedItems;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bytes that go out by links: files, whole or in part, and folders as archives. Counts them where the link's downloads are limited. */
final class PublicDownloads {

    private static final Logger LOG = LoggerFactory.getLogger(PublicDownloads.class);

    /** Strangers leave most of the node's connections to its devices. */
    private static final int MAX_FILES = 512;

    /** Each takes up to a core. */
    private static final int MAX_ARCHIVES = 4;

    private static final int ARCHIVE_BUFFER_BYTES = 64 << 10;

    /** As long as a connection may be idle. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);

    private final BlobStore store;
    private final Links links;
    private final SharedItems items;
    private final ClassicActorSystemProvider system;
    private final Executor threads;
    private final Occupancy files = new Occupancy(MAX_FILES);
    private final Occupancy archives = new Occupancy(MAX_ARCHIVES);

    PublicDownloads(
            BlobStore store, Links links, SharedItems items, ClassicActorSystemProvider system, Executor threads) {
        this.store = store;
        this.links = links;
        this.items = items;
        this.system = system;
        this.threads = threads;
    }

    /**
     * A file or a range of it.
     *
     * @param path of the request, as the page has it
     */
    HttpResponse file(Exchange exchange, OpenLink link, SharedItem file, String path) throws InterruptedException {
        Sha256 id = file.sha256().orElseThrow(() -> ProblemException.notFound("file"));
        if (link.exhausted() && !PublicCookies.isCounted(exchange, link, id)) {
            throw ProblemException.notFound("link");
        }
        long size = StoreAnswers.result(store.stat(id), "read", id)
                .orElseThrow(() -> new IllegalStateException("blob " + id + " is missing in the store"));
        Optional<ByteRange> range = range(exchange, id, size);
        HttpResponse described = described(file, id);
        if (exchange.request().method().equals(HttpMethods.HEAD)) {
            return described.withEntity(entity(SharedTypes.of(file.name()), size, Source.empty()));
        }
        files.checkRoom();
        HttpResponse counted = counted(exchange, link, described, id, range, path);
        long offset = range.map(ByteRange::offset).orElse(0L);
        long length = range.map(ByteRange::length).orElse(size);
        LinkWatch watch = new LinkWatch(links, items, link, file.itemId());
        Source<ByteString, NotUsed> bytes =
                files.counted(store.read(id, offset, length).mapAsync(1, chunk -> watched(watch, chunk)));
        HttpResponse response = counted.withEntity(entity(SharedTypes.of(file.name()), length, bytes));
        return range.map(part ->
                        response.withStatus(206).addHeader(RawHeader.create("Content-Range", part.contentRange(size))))
                .orElse(response);
    }

    /** What continues something else than the present content begins anew (RFC 9110 section 13.1.5). */
    private static Optional<ByteRange> range(Exchange exchange, Sha256 id, long size) {
        boolean other =
                exchange.header("If-Range").filter(tag -> !tag.equals(tag(id))).isPresent();
        return other ? Optional.empty() : exchange.header("Range").flatMap(header -> ByteRange.parse(header, size));
    }

    private static String tag(Sha256 id) {
        return "\"" + id + "\"";
    }

    private static HttpResponse described(SharedItem file, Sha256 id) {
        return PublicHeaders.onContent(HttpResponse.create())
                .addHeader(RawHeader.create("Content-Disposition", SharedNames.attachment(file.name())))
                .addHeader(RawHeader.create("Accept-Ranges", "bytes"))
                .addHeader(RawHeader.create("ETag", tag(id)));
    }

    /** Counted is every download but the rest of one that was counted before, which its browser proves. */
    private HttpResponse counted(
            Exchange exchange,
            OpenLink link,
            HttpResponse response,
            Sha256 id,
            Optional<ByteRange> range,
            String path) {
        boolean goesOn =
                range.filter(part -> part.offset() > 0).isPresent() && PublicCookies.isCounted(exchange, link, id);
        if (goesOn) {
            return response;
        }
        count(link);
        return link.counted() ? response.addHeader(PublicCookies.counted(exchange, link, id, path)) : response;
    }

    private void count(OpenLink link) {
        if (!links.countDownload(link.linkId())) {
            throw ProblemException.notFound("link");
        }
    }

    private CompletableFuture<ByteString> watched(LinkWatch watch, ByteString chunk) {
        return watch.isDue()
                ? CompletableFuture.supplyAsync(
                        () -> {
                            watch.look();
                            return chunk;
                        },
                        threads)
                : CompletableFuture.completedFuture(chunk);
    }

    /** A folder with all that is in it. */
    HttpResponse archive(OpenLink link, SharedItem folder) {
        if (!folder.isFolder()) {
            throw ProblemException.notFound("folder");
        }
        archives.checkRoom();
        if (items.countBelow(link.vaultId(), folder.itemId(), FolderArchive.MAX_ITEMS) > FolderArchive.MAX_ITEMS) {
            throw new ProblemException(
                    ProblemCode.TOO_LARGE, "an archive has " + FolderArchive.MAX_ITEMS + " items at most");
        }
        count(link);
        LinkWatch watch = new LinkWatch(links, items, link, folder.itemId());
        FolderArchive archive = new FolderArchive(items, store, system, link.vaultId(), watch);
        return PublicHeaders.onContent(HttpResponse.create())
                .addHeader(RawHeader.create("Content-Disposition", SharedNames.attachment(folder.name() + ".zip")))
                .withEntity(HttpEntities.createChunked(
                        MediaTypes.APPLICATION_ZIP.toContentType(), archives.counted(written(archive, folder))));
    }

    private Source<ByteString, NotUsed> written(FolderArchive archive, SharedItem folder) {
        return StreamConverters.asOutputStream(WRITE_TIMEOUT).viaMat(KillSwitches.single(), (to, end) -> {
            threads.execute(() -> write(archive, folder, to, end));
            return NotUsed.getInstance();
        });
    }

    /** An archive that cannot be finished ends in the midst of the answer, so that nobody takes it for a whole one. */
    private static void write(FolderArchive archive, SharedItem folder, OutputStream to, UniqueKillSwitch end) {
        try (OutputStream buffered = new BufferedOutputStream(to, ARCHIVE_BUFFER_BYTES)) {
            try {
                archive.write(folder, buffered);
            } catch (IOException | RuntimeException e) {
                LOG.info("the archive of a folder ends early: {}", e.toString());
                end.abort(e);
            }
        } catch (IOException e) {
            LOG.info("nobody reads the archive of a folder any more: {}", e.toString());
        }
    }

    /** Pekko has a form of its own for no bytes. */
    private static ResponseEntity entity(ContentType type, long length, Source<ByteString, NotUsed> bytes) {
        return length == 0 ? HttpEntities.create(type, new byte[0]) : HttpEntities.create(type, length, bytes);
    }
}
