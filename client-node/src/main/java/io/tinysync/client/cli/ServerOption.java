package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --server URL}, for the commands that talk to a server themselves. */
final class ServerOption {

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server, such as http://127.0.0.1:7420 (default: TINYSYNC_SERVER).")
    private @Nullable String url;

    /** The one that was named here or in the environment. */
    Optional<URI> named() {
        String text = url != null ? url : System.getenv("TINYSYNC_SERVER");
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(parse(text));
    }

    URI required() {
        return named().orElseThrow(() -> new Refusal("no server is named: give --server URL or set TINYSYNC_SERVER"));
    }

    private static URI parse(String text) {
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, together with the other forms that are not addresses.
        }
        throw new Refusal("'" + text + "' is no server's address: it should look like http://HOST:PORT");
    }
}
