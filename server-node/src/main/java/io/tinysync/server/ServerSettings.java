package io.tinysync.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.tinysync.engine.blob.UploadAllowance;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.WireLimits;
import io.tinysync.server.cluster.ClusterSettings;
import io.tinysync.server.entity.MemorySettings;
import io.tinysync.server.http.Heartbeat;
import io.tinysync.server.http.Patience;
import io.tinysync.server.http.SocketLimits;
import io.tinysync.server.http.TrustedProxies;
import io.tinysync.server.observe.LogFormat;
import io.tinysync.server.retention.RetentionWindows;
import io.tinysync.server.startup.StartupException;
import io.tinysync.server.tls.TlsSettings;
import io.tinysync.server.tracing.TracingSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator chooses; see {@code reference.conf} for each.
 *
 * @param config what the rest of the configuration says, about Pekko
 */
record ServerSettings(
        InetSocketAddress listen,
        TlsSettings tls,
        Path data,
        Optional<String> databaseUrl,
        BlobLocation blobs,
        UploadAllowance uploads,
        CollectionSettings collection,
        Optional<String> adminToken,
        boolean openRegistration,
        int rememberedAccess,
        TrustedProxies trustedProxies,
        Limits limits,
        Duration drainTimeout,
        Heartbeat heartbeat,
        SocketLimits sockets,
        Patience patience,
        RetentionWindows retention,
        MemorySettings memory,
        ClusterSettings cluster,
        TracingSettings tracing,
        boolean restored,
        Config config) {

    /**
     * Reads the settings.
     *
     * @param restored whether the operator says that the database comes from a backup
     * @throws StartupException if one is not of its form, or there is no such setting
     */
    static ServerSettings read(Config config, Map<String, String> environment, boolean restored)
            throws StartupException {
        KnownSettings.check(config);
        try {
            Config server = SecretFiles.read(config.getConfig("tinysync.server"));
            Path data = text(server, "data").map(Path::of).orElseGet(() -> defaultData(environment));
            return new ServerSettings(
                    address(server.getString("listen")),
                    TlsSettings.read(server.getConfig("tls")),
                    data.toAbsolutePath(),
                    text(server, "database-url"),
                    BlobLocation.read(text(server, "blob-store"), data.toAbsolutePath(), server.getConfig("s3")),
                    uploads(server),
                    CollectionSettings.read(server.getConfig("gc")),
                    text(server, "admin-token"),
                    server.getBoolean("open-device-registration"),
                    Math.toIntExact(natural(server, "remembered-access")),
                    TrustedProxies.within(ClusterSettings.texts(server, "trusted-proxies")),
                    limits(server),
                    server.getDuration("drain-timeout"),
                    new Heartbeat(server.getDuration("socket-ping"), server.getDuration("socket-silence")),
                    new SocketLimits(server.getInt("socket-limit"), server.getInt("socket-openings")),
                    patience(server.getConfig("slow-clients")),
                    new RetentionWindows(
                            server.getDuration("tombstone-retention"),
                            server.getDuration("log-retention"),
                            server.getDuration("audit-retention"),
                            server.getDuration("retention-interval")),
                    MemorySettings.read(
                            server.getConfig("vaults-in-memory"),
                            Runtime.getRuntime().maxMemory()),
                    cluster(server),
                    TracingSettings.read(server.getConfig("tracing")),
                    restored,
                    config.withoutPath("tinysync"));
        } catch (ConfigException | IllegalArgumentException | ArithmeticException e) {
            throw new StartupException("the configuration is not valid: " + e.getMessage(), e);
        }
    }

    /**
     * The form of the log, which has to be known before the rest.
     *
     * @throws StartupException if the configuration names none that there is
     */
    static LogFormat logFormat(Config config) throws StartupException {
        return LogFormat.parse(config.getString("tinysync.server.log-format"));
    }

    /** What this node is called in its log: HOST:PORT of its HTTP API, by the host that the other nodes know. */
    static String nodeName(Config config) {
        String listen = config.getString("tinysync.server.listen");
        return config.getString("tinysync.server.cluster.host")
                + listen.substring(Math.max(0, listen.lastIndexOf(':')));
    }

    static Optional<String> text(Config server, String key) {
        return Optional.of(server.getString(key).strip()).filter(text -> !text.isEmpty());
    }

    private static Path defaultData(Map<String, String> environment) {
        return xdg(environment, "XDG_DATA_HOME", ".local/share").resolve("tinysync/server");
    }

    /** Where things go that can be made again. */
    static Path cache(Map<String, String> environment) {
        return xdg(environment, "XDG_CACHE_HOME", ".cache").resolve("tinysync");
    }

    private static Path xdg(Map<String, String> environment, String variable, String underHome) {
        String chosen = environment.getOrDefault(variable, "");
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return chosen.startsWith("/") ? Path.of(chosen) : Path.of(home, underHome);
    }

    static InetSocketAddress address(String text) throws StartupException {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new StartupException("the address to listen on must be HOST:PORT, not '" + text + "'");
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > 65_535) {
            throw new StartupException("there is no port " + port);
        }
        String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
        return InetSocketAddress.createUnresolved(host, port);
    }

    private static Patience patience(Config slow) {
        return new Patience(slow.getDuration("head"), slow.getLong("bytes-per-second"), slow.getDuration("window"));
    }

    private static UploadAllowance uploads(Config server) throws StartupException {
        UploadAllowance uploads =
                new UploadAllowance(server.getInt("uploads.per-device"), server.getLong("uploads.bytes-per-device"));
        long largest = server.getLong("max-file-bytes");
        if (uploads.bytes() < largest) {
            throw new StartupException("uploads.bytes-per-device must be at least max-file-bytes, which is " + largest
                    + ", not " + uploads.bytes());
        }
        return uploads;
    }

    /** What one node can have of its own, several must share. */
    private static ClusterSettings cluster(Config server) throws StartupException {
        ClusterSettings cluster = ClusterSettings.read(server.getConfig("cluster"));
        if (cluster.hasOthers()) {
            requireShared(server, "database-url", "the nodes of a cluster share one database");
            requireShared(server, "admin-token", "the nodes of a cluster share one admin token");
            if (!server.getString("blob-store").startsWith("s3://")) {
                throw new StartupException(
                        "with cluster.seed-nodes blob-store must be s3://BUCKET: the nodes share it");
            }
        }
        return cluster;
    }

    private static void requireShared(Config server, String key, String why) throws StartupException {
        if (text(server, key).isEmpty()) {
            String variable = "TINYSYNC_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
            throw new StartupException("with cluster.seed-nodes " + key + " must be set (" + variable + ", or "
                    + variable + "_FILE): " + why);
        }
    }

    private static Limits limits(Config server) throws StartupException {
        long maxFileBytes = server.getLong("max-file-bytes");
        if (maxFileBytes < 1) {
            throw new StartupException("max-file-bytes must be at least 1, not " + maxFileBytes);
        }
        return new Limits(
                maxFileBytes,
                natural(server, "vault-quota.bytes"),
                natural(server, "vault-quota.items"),
                Limits.DEFAULT.maxBatch(),
                Limits.DEFAULT.maxBodyBytes(),
                Math.toIntExact(natural(server, "requests-per-second")),
                WireLimits.of(
                        server.getInt("uploads.per-device"),
                        server.getLong("uploads.bytes-per-device"),
                        server.getLong("slow-clients.bytes-per-second")));
    }

    private static long natural(Config server, String key) throws StartupException {
        long number = server.getLong(key);
        if (number < 0) {
            throw new StartupException(key + " must be at least 0, not " + number);
        }
        return number;
    }
}
