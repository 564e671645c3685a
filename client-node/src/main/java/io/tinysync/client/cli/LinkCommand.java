package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.control.ControlAnswer;
import io.tinysync.client.control.ControlClient;
import io.tinysync.client.control.ControlRequest;
import io.tinysync.client.control.FoundItem;
import io.tinysync.client.state.Credentials;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.PublicLinks.CreateLink;
import io.tinysync.engine.protocol.PublicLinks.CreatedLink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tinysync link}: makes a public link to a file or folder of the drive. */
@Command(
        name = "link",
        description = {
            "Makes a link by which anyone reads a file, or what is in a folder, in a browser and without a device.",
            "The link is shown this once; 'tinysync links' lists and revokes links."
        })
final class LinkCommand implements Runnable {

    /** What {@code --json} prints. */
    private record Made(LinkId linkId, String url) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Mixin
    private StateOption state;

    @Parameters(paramLabel = "PATH", description = "A file or folder, relative to the drive.")
    private String path;

    @Option(
            names = "--vault",
            paramLabel = "VAULT",
            description = "Id or name of the vault, where more than one is attached.")
    private @Nullable String vault;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description =
                    "When the link ends: after 30m, 12h or 7d, or at a time like 2030-12-31T23:59:59Z (default: never).")
    private @Nullable String expires;

    @Option(
            names = "--password",
            description = "Ask for a password, which is read from the terminal, or as a line of the standard input.")
    private boolean password;

    @Option(
            names = "--max-downloads",
            paramLabel = "N",
            description = "How many downloads the link gives (default: any number).")
    private @Nullable Integer maxDownloads;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    public void run() {
        Credentials credentials = Credentials.require(state.directory());
        String end =
                expires == null ? null : end(expires, InstantSource.system().instant());
        FoundItem item = find();
        String secret = password ? TypedPassword.read() : null;
        CreateLink wish = Checked.value(() -> new CreateLink(item.itemId(), end, secret, maxDownloads));
        CreatedLink link = LinkCalls.of(credentials).create(item.vaultId(), wish);
        String url = credentials.server().all().getFirst() + link.path();
        if (json) {
            Output.printJson(new Made(link.linkId(), url));
        } else {
            Output.print(url);
        }
    }

    private FoundItem find() {
        Map<String, String> parameters = new HashMap<>(Map.of("path", path));
        if (vault != null) {
            parameters.put("vault", vault);
        }
        ControlAnswer answer =
                new ControlClient(state.directory()).require(ControlRequest.get("/v1/item", parameters), TIMEOUT);
        if (!answer.isDone()) {
            throw new Refusal(answer.text().strip());
        }
        try {
            return Json.read(answer.text().getBytes(StandardCharsets.UTF_8), FoundItem.class);
        } catch (Json.MalformedException e) {
            throw Refusal.of("the daemon's answer is not understood", e);
        }
    }

    /** The time that a text names, counted from now if it is a length of time. */
    static String end(String text, Instant now) {
        if (!text.matches("[1-9][0-9]{0,5}[mhd]")) {
            return text;
        }
        ChronoUnit unit = switch (text.charAt(text.length() - 1)) {
            case 'm' -> ChronoUnit.MINUTES;
            case 'h' -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        return now.truncatedTo(ChronoUnit.SECONDS).plus(count, unit).toString();
    }
}
