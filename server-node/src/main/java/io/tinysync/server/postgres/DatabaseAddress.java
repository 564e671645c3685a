package io.tinysync.server.postgres;

import io.tinysync.server.startup.StartupException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/**
 * Where a PostgreSQL database is and how to log in.
 *
 * @param jdbcUrl with the driver's settings that every connection needs
 * @param user empty where the URL or the driver's defaults say it
 * @param password empty likewise
 */
public record DatabaseAddress(String jdbcUrl, String user, String password) {

    /**
     * One multi-row INSERT instead of many: without it, journal writes are two to three times slower. A connection from which nothing
     * comes for two minutes is given up: longer than any statement takes, and a server that vanished is noticed in the end. Errors
     * come without their details, which are rows, with names of files in them, and get into the log.
     */
    private static final String OPTIONS =
            "reWriteBatchedInserts=true&tcpKeepAlive=true&socketTimeout=120&logServerErrorDetail=false";

    /** A database on this machine. */
    static DatabaseAddress local(int port, String database, String user, String password) {
        return new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?" + OPTIONS, user, password);
    }

    /**
     * Reads {@code postgresql://user:password@host:port/database?…}, also with {@code postgres:} or {@code jdbc:postgresql:}.
     *
     * @throws StartupException if it is anything else; the message does not show it, since it may hold a password
     */
    public static DatabaseAddress parse(String url) throws StartupException {
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        try {
            URI uri = new URI(plain);
            boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (!known || uri.getRawAuthority() == null) {
                throw new StartupException("the database URL must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
            }
            return of(uri);
        } catch (URISyntaxException e) {
            throw new StartupException("the database URL must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE", e);
        }
    }

    private static DatabaseAddress of(URI uri) {
        String authority = uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String[] login = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
        String query = uri.getRawQuery() == null ? OPTIONS : OPTIONS + "&" + uri.getRawQuery();
        String jdbcUrl = "jdbc:postgresql://" + authority.substring(at + 1) + uri.getRawPath() + "?" + query;
        return new DatabaseAddress(
                jdbcUrl, login.length > 0 ? decoded(login[0]) : "", login.length > 1 ? decoded(login[1]) : "");
    }

    private static String decoded(String part) {
        return java.net.URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The same server and login, another database. */
    public DatabaseAddress withDatabase(String name) {
        int path = jdbcUrl.indexOf('/', "jdbc:postgresql://".length());
        int query = jdbcUrl.indexOf('?');
        return new DatabaseAddress(jdbcUrl.substring(0, path + 1) + name + jdbcUrl.substring(query), user, password);
    }

    /** As {@link #parse} takes it; holds the password. */
    public String url() {
        String login = user.isEmpty() ? "" : user + ":" + password + "@";
        return jdbcUrl.replace("jdbc:postgresql://", "postgresql://" + login);
    }

    @Override
    public String toString() {
        return jdbcUrl.replaceFirst("\\?.*", "");
    }
}
