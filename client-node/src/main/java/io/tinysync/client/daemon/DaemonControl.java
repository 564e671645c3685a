package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlReply;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.control.ListedConflict;
import io.tinysync.client.control.ListedHeld;
import io.tinysync.engine.protocol.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The routes of the control API. */
final class DaemonControl implements Function<ControlRequest, ControlReply> {

    /** The command line asks again, so that it can show progress. */
    private static final Duration LONGEST_SYNC = Duration.ofSeconds(5);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());
    private static final long NANOS = 1_000_000_000L;

    private final Daemon daemon;

    DaemonControl(Daemon daemon) {
        this.daemon = daemon;
    }

    @Override
    public ControlReply apply(ControlRequest request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /v1/status" -> status(isJson(request));
            case "GET /v1/items" -> items(request);
            case "GET /v1/item" ->
                ControlReply.json(json(daemon.find(
                        request.parameter("vault"), request.parameter("path").orElse(""))));
            case "GET /v1/conflicts" -> conflicts(request);
            case "GET /v1/held" -> held(request);
            case "POST /v1/held/drop" ->
                ControlReply.text(daemon.dropHeld(
                        request.parameter("vault"), request.parameter("path").orElse("")));
            case "POST /v1/panic-resync" -> resync(request);
            case "POST /v1/evict" -> ofPath(request, LocalContents::evict);
            case "POST /v1/pin" -> ofPath(request, LocalContents::pin);
            case "POST /v1/unpin" -> ofPath(request, LocalContents::unpin);
            case "POST /v1/attach" -> attach(request);
            case "POST /v1/detach" -> detach(request);
            case "POST /v1/sync" -> sync(request);
            case "POST /v1/registration" -> ControlReply.text(daemon.reloadRegistration());
            default -> ControlReply.notFound("there is no " + request.method() + " " + request.path());
        };
    }

    private ControlReply ofPath(ControlRequest request, BiFunction<LocalContents, String, String> act) {
        String path = request.parameter("path").orElse("");
        return ControlReply.text(act.apply(daemon.contents(request.parameter("vault")), path));
    }

    private static boolean isJson(ControlRequest request) {
        return request.parameter("format").orElse("json").equals("json");
    }

    private ControlReply status(boolean json) {
        StatusDocument document = daemon.status();
        return json
                ? ControlReply.json(json(document))
                : ControlReply.text(StatusText.of(daemon.credentials(), document));
    }

    private ControlReply attach(ControlRequest request) {
        String vault = request.parameter("vault").orElse("");
        String mountpoint = request.parameter("mountpoint").orElse("");
        if (vault.isEmpty() || !Path.of(mountpoint).isAbsolute()) {
            return ControlReply.badRequest("vault and an absolute mountpoint are needed");
        }
        return ControlReply.text(daemon.attach(vault, Path.of(mountpoint)));
    }

    private ControlReply detach(ControlRequest request) {
        return ControlReply.text(
                daemon.detach(Path.of(request.parameter("mountpoint").orElse(""))));
    }

    private ControlReply sync(ControlRequest request) {
        String left = daemon.sync(wait(request));
        return left.isEmpty() ? ControlReply.text("in sync") : ControlReply.pending(left);
    }

    private static Duration wait(ControlRequest request) {
        String millis = request.parameter("wait_millis").orElse("0");
        if (!millis.matches("\\d{1,9}")) {
            throw new Refusal("wait_millis must be a number, it is " + millis);
        }
        Duration wait = Duration.ofMillis(Long.parseLong(millis));
        return wait.compareTo(LONGEST_SYNC) < 0 ? wait : LONGEST_SYNC;
    }

    private ControlReply resync(ControlRequest request) {
        Optional<String> left = daemon.resync(request.parameter("vault"), wait(request));
        return left.isEmpty()
                ? ControlReply.text("the index was made anew from the server's snapshot; what is pending is kept")
                : ControlReply.pending(left.get());
    }

    private ControlReply conflicts(ControlRequest request) {
        List<ListedConflict> conflicts = daemon.conflicts(request.parameter("vault"));
        return isJson(request) ? ControlReply.json(json(conflicts)) : ControlReply.text(Conflicts.text(conflicts));
    }

    private ControlReply held(ControlRequest request) {
        List<ListedHeld> held = daemon.held(
                request.parameter("vault"), request.parameter("path").orElse(""));
        return isJson(request) ? ControlReply.json(json(held)) : ControlReply.text(HeldFiles.text(held));
    }

    private ControlReply items(ControlRequest request) {
        Listing listing = daemon.listing(request.parameter("vault"));
        String path = request.parameter("path").orElse("");
        listing.check(path);
        return isJson(request)
                ? ControlReply.json(out -> writeJson(listing, path, out))
                : ControlReply.text(out -> writeText(listing, path, out));
    }

    private static void writeJson(Listing listing, String path, Writer out) throws IOException {
        out.append('[');
        String[] separator = {""};
        listing.list(path, item -> {
            out.append(separator[0]).append(json(item));
            separator[0] = ",\n ";
        });
        out.append("]\n");
    }

    private static void writeText(Listing listing, String path, Writer out) throws IOException {
        String[] separator = {""};
        listing.list(path, item -> {
            out.append(separator[0])
                    .append("%-11s %-6s %12s  %s  %s%s"
                            .formatted(
                                    item.state(),
                                    item.pinned() ? "pinned" : "",
                                    item.kindName().equals("folder") ? "-" : StatusText.bytes(item.size()),
                                    time(item.mtime()),
                                    item.name(),
                                    item.kindName().equals("folder") ? "/" : ""));
            separator[0] = "\n";
        });
        out.append('\n');
    }

    private static String time(String mtimeNs) {
        return TIME.format(Instant.ofEpochSecond(Math.floorDiv(Long.parseLong(mtimeNs), NANOS)));
    }

    private static String json(Object document) {
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }
}
