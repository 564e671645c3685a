package io.tinysync.server.links;

import io.tinysync.engine.protocol.ItemId;
import io.tinysync.engine.protocol.LinkId;
import io.tinysync.engine.protocol.VaultId;
import java.time.Instant;
import java.util.Optional;

/**
 * A link that is not over and whose maker still reaches its vault, as found by its token. That its item lives is another question.
 *
 * @param password what it asks for, if it asks
 * @param expiresAt when it ends, if it does
 * @param counted whether its downloads are limited
 * @param exhausted whether all of them were taken
 */
public record OpenLink(
        LinkId linkId,
        VaultId vaultId,
        ItemId itemId,
        LinkToken token,
        Optional<LinkPassword> password,
        Optional<Instant> expiresAt,
        boolean counted,
        boolean exhausted) {

    /** Signs for this link alone. */
    public LinkSeal seal() {
        return new LinkSeal(token, password.map(LinkPassword::hash).orElse(new byte[0]));
    }

    public boolean asksForPassword() {
        return password.isPresent();
    }

    /** Takes some 100 ms of CPU; only for a link that asks, after {@link Links#takeTry}. */
    public boolean isPassword(String given) {
        return password.orElseThrow().matches(given);
    }
}
