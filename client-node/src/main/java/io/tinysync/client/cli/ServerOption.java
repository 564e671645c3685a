package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --server URL}, for the commands that talk to a server themselves. */
final class ServerOption {

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server, such as http://127.0.0.1:7420 (default: TINYSYNC_SERVER).")
    private @Nullable String url;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** The one that was named here or in the environment. */
    Optional<URI> named() {
        String given = url;
        if (given != null) {
            return Optional.of(parsed(given)
                    .orElseThrow(() -> new ParameterException(spec.commandLine(), "--server: " + malformed(given))));
        }
        String text = System.getenv("TINYSYNC_SERVER");
        return text == null || text.isEmpty()
                ? Optional.empty()
                : Optional.of(parsed(text).orElseThrow(() -> new Refusal("TINYSYNC_SERVER: " + malformed(text))));
    }

    URI required() {
        return named().orElseThrow(() -> new Refusal("no server is named: give --server URL or set TINYSYNC_SERVER"));
    }

    private static String malformed(String text) {
        return "'" + text + "' is no server's address: it should look like http://HOST:PORT";
    }

    private static Optional<URI> parsed(String text) {
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // Like the other forms that are not addresses.
        }
        return Optional.empty();
    }
}
