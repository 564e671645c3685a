package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of public links: who has the token of one reads a file, or what is in a folder, without being a device. */
public final class PublicLinks {

    private static final int MAX_PASSWORD_CHARS = 200;
    private static final int MAX_DOWNLOADS = 1_000_000_000;

    private PublicLinks() {}

    /**
     * Asks for a link.
     *
     * @param itemId a live file or folder
     * @param expiresAt when it ends (RFC 3339, UTC); never if it is missing
     * @param password what a reader has to know besides, 1 to 200 characters
     * @param maxDownloads how many downloads it gives, 1 at least; any number if it is missing
     */
    public record CreateLink(
            ItemId itemId,
            @Nullable String expiresAt,
            @Nullable String password,
            @Nullable Integer maxDownloads) {
        public CreateLink {
            Require.present(itemId, "item_id");
            checkTime(expiresAt);
            if (password != null && (password.isEmpty() || password.length() > MAX_PASSWORD_CHARS)) {
                throw new IllegalArgumentException(
                        "password has " + password.length() + " characters, it must have 1 to " + MAX_PASSWORD_CHARS);
            }
            if (maxDownloads != null && (maxDownloads < 1 || maxDownloads > MAX_DOWNLOADS)) {
                throw new IllegalArgumentException(
                        "max_downloads is " + maxDownloads + ", it must be 1 to " + MAX_DOWNLOADS);
            }
        }

        private static void checkTime(@Nullable String expiresAt) {
            try {
                if (expiresAt != null) {
                    Instant.parse(expiresAt);
                }
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("expires_at is no time like 2030-12-31T23:59:59Z");
            }
        }

        /** Without the password, which has no place in a log. */
        @Override
        public String toString() {
            return "link to " + itemId;
        }
    }

    /**
     * A new link.
     *
     * @param token 256 bits, shown this once
     * @param path where it is read, on the server's address
     */
    public record CreatedLink(LinkId linkId, String token, String path) {}

    /** Why a link answers, or does not now. */
    public enum LinkState {
        @JsonProperty("live")
        LIVE,
        /** Its time is over. */
        @JsonProperty("expired")
        EXPIRED,
        /** All its downloads were taken. */
        @JsonProperty("exhausted")
        EXHAUSTED,
        /** Its item is deleted; a restore brings the link back. */
        @JsonProperty("deleted")
        DELETED,
        /** The device that made it was revoked or does not reach the vault. */
        @JsonProperty("withdrawn")
        WITHDRAWN
    }

    /**
     * A link as it is listed.
     *
     * @param deviceId who made it
     * @param name of the item as it is called now; absent once the item is forgotten
     * @param protectedByPassword whether it asks for one
     */
    public record LinkStatus(
            LinkId linkId,
            ItemId itemId,
            DeviceId deviceId,
            LinkState state,
            @Nullable String name,
            String createdAt,
            @Nullable String expiresAt,
            @JsonProperty("password") boolean protectedByPassword,
            @Nullable Integer maxDownloads,
            long downloads) {}

    public record LinkList(List<LinkStatus> links) {}
}
