package io.tinysync.server.links;

import io.tinysync.engine.protocol.AuditAction;
import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.Limits;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.PublicLinks.CreateLink;
import io.tinysync.engine.protocol.PublicLinks.CreatedLink;
import io.tinysync.engine.protocol.PublicLinks.LinkState;
import io.tinysync.engine.protocol.PublicLinks.LinkStatus;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.server.identity.Audit;
import io.tinysync.server.identity.AuditEvent;
import io.tinysync.server.identity.Origin;
import io.tinysync.server.identity.Uuid7;
import io.tinysync.server.postgres.Database;
import io.tinysync.server.postgres.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The table {@code public_links}. Calls block. */
public final class Links {

    /** Where links are read, before their token. */
    public static final String PATH = "/p/";

    /** Links of one vault, those that are over included. */
    public static final int MAX_PER_VAULT = Limits.MAX_LINKS;

    /** Tries at a password in a minute: a million guesses take ten weeks, and who mistypes waits a minute. */
    public static final int TRIES_PER_MINUTE = 10;

    /** A link whose time has been over for so long makes room for others. */
    private static final String KEPT_AFTER_EXPIRY = "30 days";

    private static final byte[] NOTHING = {};

    /** Whoever made the link still reaches its vault: it gives on what its maker has, and no more. */
    private static final String MAKER_REACHES_IT = """
            EXISTS (SELECT 1 FROM devices JOIN group_devices USING (device_id) JOIN group_vaults USING (group_id)
                WHERE devices.device_id = l.device_id AND revoked_at IS NULL AND group_vaults.vault_id = l.vault_id)""";

    private static final String LIST = """
            SELECT l.link_id, l.item_id, l.device_id, CASE
                    WHEN expires_at <= now() THEN 'expired'
                    WHEN downloads >= max_downloads THEN 'exhausted'
                    WHEN NOT %s THEN 'withdrawn'
                    WHEN i.item_id IS NULL OR i.deleted_at_seq IS NOT NULL THEN 'deleted'
                    ELSE 'live' END,
                i.name, created_at, expires_at, password_hash IS NOT NULL, max_downloads, downloads
            FROM public_links l LEFT JOIN items i ON i.vault_id = l.vault_id AND i.item_id = l.item_id
            WHERE l.vault_id = ? ORDER BY link_id DESC""".formatted(MAKER_REACHES_IT);

    private static final String FIND = """
            SELECT link_id, vault_id, item_id, password_salt, password_hash, expires_at,
                max_downloads IS NOT NULL, coalesce(downloads >= max_downloads, FALSE)
            FROM public_links l
            WHERE token_hash = ? AND (expires_at IS NULL OR expires_at > now()) AND %s""".formatted(MAKER_REACHES_IT);

    private final Database database;

    public Links(Database database) {
        this.database = database;
    }

    /** A new link by a device; empty if the vault has {@link #MAX_PER_VAULT}. That the item is one to be shared the caller has seen. */
    public Optional<CreatedLink> create(VaultId vault, DeviceId maker, CreateLink asked, Origin origin) {
        LinkId id = new LinkId(Uuid7.next());
        LinkToken token = LinkToken.issue();
        Optional<LinkPassword> password = Optional.ofNullable(asked.password()).map(LinkPassword::of);
        boolean added = database.transact(statements -> {
            makeRoom(statements, vault);
            boolean inserted = insert(statements, vault, maker, asked, id, token, password) > 0;
            if (inserted) {
                Audit.note(statements, origin, event(AuditAction.LINK_CREATED, vault, id));
            }
            return inserted;
        });
        return added ? Optional.of(new CreatedLink(id, token.text(), PATH + token.text())) : Optional.empty();
    }

    private static AuditEvent event(AuditAction action, VaultId vault, LinkId link) {
        return AuditEvent.of(action).to(vault).to(link);
    }

    /** Locks the vault's row, so that two who make links at once do not both take the last place. */
    private static void makeRoom(Statements statements, VaultId vault) throws SQLException {
        statements.list(
                row -> row.getObject(1, UUID.class),
                "SELECT vault_id FROM vaults WHERE vault_id = ? FOR NO KEY UPDATE",
                vault.value());
        statements.update(
                "DELETE FROM public_links WHERE vault_id = ? AND expires_at < now() - interval '" + KEPT_AFTER_EXPIRY
                        + "'",
                vault.value());
    }

    private static int insert(
            Statements statements,
            VaultId vault,
            DeviceId maker,
            CreateLink asked,
            LinkId id,
            LinkToken token,
            Optional<LinkPassword> password)
            throws SQLException {
        String expiresAt = asked.expiresAt();
        Integer maxDownloads = asked.maxDownloads();
        return statements.update(
                """
                INSERT INTO public_links (link_id, token_hash, vault_id, item_id, device_id, expires_at,
                    password_salt, password_hash, max_downloads)
                SELECT ?, ?, ?, ?, ?, nullif(?, '')::timestamptz, nullif(?, ''::bytea), nullif(?, ''::bytea), nullif(?, 0)
                WHERE (SELECT count(*) FROM public_links WHERE vault_id = ?) < ?""",
                id.value(),
                token.hash().toBytes(),
                vault.value(),
                asked.itemId().value(),
                maker.value(),
                expiresAt == null ? "" : expiresAt,
                password.map(LinkPassword::salt).orElse(NOTHING),
                password.map(LinkPassword::hash).orElse(NOTHING),
                maxDownloads == null ? 0 : maxDownloads,
                vault.value(),
                MAX_PER_VAULT);
    }

    /** The links of a vault, newest first. */
    public List<LinkStatus> list(VaultId vault) {
        return database.run(statements -> statements.list(Links::status, LIST, vault.value()));
    }

    private static LinkStatus status(ResultSet row) throws SQLException {
        int maxDownloads = row.getInt(9);
        return new LinkStatus(
                new LinkId(row.getObject(1, UUID.class)),
                new ItemId(row.getObject(2, UUID.class)),
                new DeviceId(row.getObject(3, UUID.class)),
                LinkState.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
                row.getString(5),
                row.getTimestamp(6).toInstant().toString(),
                instant(row, 7).map(Instant::toString).orElse(null),
                row.getBoolean(8),
                maxDownloads == 0 ? null : maxDownloads,
                row.getLong(10));
    }

    /** Ends a link for good, on every node at once; false if the vault has no such link. */
    public boolean revoke(VaultId vault, LinkId link, Origin origin) {
        return Audit.change(
                database,
                origin,
                event(AuditAction.LINK_REVOKED, vault, link),
                "DELETE FROM public_links WHERE vault_id = ? AND link_id = ?",
                vault.value(),
                link.value());
    }

    /** The link of a token; empty if there is none, if it is over, or if its maker does not reach the vault. */
    public Optional<OpenLink> find(LinkToken token) {
        return database.run(statements ->
                statements.first(row -> open(row, token), FIND, token.hash().toBytes()));
    }

    private static OpenLink open(ResultSet row, LinkToken token) throws SQLException {
        byte[] salt = row.getBytes(4);
        return new OpenLink(
                new LinkId(row.getObject(1, UUID.class)),
                new VaultId(row.getObject(2, UUID.class)),
                new ItemId(row.getObject(3, UUID.class)),
                token,
                salt == null ? Optional.empty() : Optional.of(new LinkPassword(salt, row.getBytes(5))),
                instant(row, 6),
                row.getBoolean(7),
                row.getBoolean(8));
    }

    /** Counts a download; false if all of them were taken. Of any number at once, on any nodes, so many succeed as there are left. */
    public boolean countDownload(LinkId link) {
        return database.<Integer>run(statements -> statements.update("""
                        UPDATE public_links SET downloads = downloads + 1
                        WHERE link_id = ? AND (max_downloads IS NULL OR downloads < max_downloads)""", link.value())) > 0;
    }

    /** Takes one of the {@link #TRIES_PER_MINUTE}, before the password is looked at; false if none is left. */
    public boolean takeTry(LinkId link) {
        return database.<Integer>run(statements -> statements.update("""
                        UPDATE public_links SET
                            tries = CASE WHEN tries_since < now() - interval '1 minute' THEN 1 ELSE tries + 1 END,
                            tries_since = CASE WHEN tries_since < now() - interval '1 minute' THEN now() ELSE tries_since END
                        WHERE link_id = ? AND (tries < ? OR tries_since < now() - interval '1 minute')""", link.value(), TRIES_PER_MINUTE)) > 0;
    }

    private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
