package io.tinysync.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.tinysync.engine.crypto.NativeCrypto;
import io.tinysync.server.startup.StartupException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code tinysync server}. Exit codes: 0 stopped when asked to, 1 could not start or go on, 2 wrong usage. */
@Command(
        name = "tinysync server",
        description = "Runs a TinySync server until SIGTERM or Ctrl-C. Prints one line when it is ready.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class ServerMain implements Callable<Integer> {

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "default 127.0.0.1:7420; port 0 takes a free one")
    private @Nullable String listen;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "what must be kept; default $XDG_DATA_HOME/tinysync/server")
    private @Nullable String data;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE instead of a PostgreSQL of its own")
    private @Nullable String databaseUrl;

    @Option(
            names = "--blob-store",
            paramLabel = "file:DIR|s3://BUCKET",
            description =
                    "default: blobs under the data directory; see the settings s3 for endpoint, region and credentials")
    private @Nullable String blobStore;

    @Option(names = "--config", paramLabel = "FILE", description = "settings in HOCON")
    private @Nullable Path configFile;

    @Option(names = "--restored", description = "the database comes from a backup: every vault begins a new epoch")
    private boolean restored;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new ServerMain()).setParameterExceptionHandler(ServerMain::wrongUsage);
        System.exit(command.execute(arguments));
    }

    /** One line why, and one that says where there is more: the whole usage would hide the first. */
    private static int wrongUsage(ParameterException wrong, String[] arguments) {
        System.err.println("tinysync server: " + wrong.getMessage());
        System.err.println("'tinysync server --help' says more");
        return ExitCode.USAGE;
    }

    @Override
    public Integer call() {
        checkForms();
        CompletableFuture<Server> start = new CompletableFuture<>();
        AtomicBoolean failed = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(start, failed), "stop"));
        try {
            ServerSettings settings = settings();
            NativeCrypto.installInBackground();
            Server server = Server.start(settings);
            start.complete(server);
            System.out.println("ready " + server.url());
            System.out.flush();
            System.err.println("tinysync server: " + server.awaitFailure());
        } catch (StartupException e) {
            System.err.println("tinysync server: " + e.getMessage());
        } finally {
            failed.set(true);
            start.cancel(false);
        }
        return 1;
    }

    /** What is wrong on the command line is wrong usage; what is wrong in a file or the environment is no reason to read the help. */
    private void checkForms() {
        try {
            if (listen != null) {
                ServerSettings.address(listen);
            }
            if (blobStore != null) {
                BlobLocation.checkForm(blobStore);
            }
        } catch (StartupException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Runs at SIGTERM and Ctrl-C too, also during the start, which it then waits for; having stopped in order when asked to is
     * success, whatever the signal's own status.
     */
    private static void stop(CompletableFuture<Server> start, AtomicBoolean failed) {
        start.handle((server, failure) -> Optional.ofNullable(server)).join().ifPresent(Server::close);
        if (!failed.get()) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** Before anything is logged it is settled in which form. */
    private ServerSettings settings() throws StartupException {
        Config config = config();
        ServerSettings.logFormat(config).use(ServerSettings.nodeName(config));
        return ServerSettings.read(config, System.getenv(), restored);
    }

    private Config config() throws StartupException {
        try {
            Config file = configFile == null
                    ? ConfigFactory.empty()
                    : ConfigFactory.parseFile(
                            configFile.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
            return ConfigFactory.parseMap(commandLine(), "the command line")
                    .withFallback(file)
                    .withFallback(ConfigFactory.parseResources("tinysync-server.conf"))
                    .withFallback(ConfigFactory.defaultReferenceUnresolved())
                    .resolve();
        } catch (ConfigException e) {
            throw new StartupException("the configuration is not valid: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> commandLine() {
        Map<String, Object> given = new HashMap<>();
        put(given, "listen", listen);
        put(given, "data", data);
        put(given, "database-url", databaseUrl);
        put(given, "blob-store", blobStore);
        return given;
    }

    private static void put(Map<String, Object> given, String key, @Nullable String value) {
        if (value != null) {
            given.put("tinysync.server." + key, value);
        }
    }
}
