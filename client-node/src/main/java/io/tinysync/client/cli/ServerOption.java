package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import io.tinysync.client.state.CaCertificates;
import io.tinysync.client.state.ServerUrls;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --server URL} and {@code --ca FILE}, for the commands that talk to a server themselves. */
final class ServerOption {

    @Option(
            names = "--server",
            paramLabel = "URL[,URL…]",
            description =
                    "The server, such as http://127.0.0.1:7420, or several of its nodes (default: TINYSYNC_SERVER).")
    private @Nullable String url;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificates in PEM to trust beside the system's, such as that of an authority of your own"
                    + " (default: TINYSYNC_CA).")
    private @Nullable Path ca;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** The one that was named here or in the environment. */
    Optional<ServerUrls> named() {
        if (url != null) {
            return Optional.of(parsed(url));
        }
        String text = System.getenv("TINYSYNC_SERVER");
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(ofEnvironment(text));
    }

    /** Whom to trust, as it was said here or in the environment. */
    Optional<CaCertificates> ca() {
        return ca == null ? CaCertificates.of(System.getenv()) : Optional.of(CaCertificates.read("--ca", ca));
    }

    private ServerUrls parsed(String text) {
        try {
            return ServerUrls.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--server: " + e.getMessage(), e);
        }
    }

    private static ServerUrls ofEnvironment(String text) {
        try {
            return ServerUrls.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal("TINYSYNC_SERVER: " + e.getMessage(), e);
        }
    }

    ServerUrls required() {
        return named().orElseThrow(() -> new Refusal("no server is named: give --server URL or set TINYSYNC_SERVER"));
    }
}
