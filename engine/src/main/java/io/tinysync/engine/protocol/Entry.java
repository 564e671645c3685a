package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * One accepted change, at its place in the log.
 *
 * @param seq its number, from 1, without gaps
 * @param chain names the history up to and with this entry
 * @param epoch the epoch it belongs to
 * @param opId the op it answers; absent for what the server does itself
 * @param deviceId that op's device; absent likewise
 * @param at when the server accepted it, ISO 8601 in UTC; for people, decides nothing
 * @param kind what it records
 * @param scope what it changes
 * @param item the item's whole state after it; absent where the scope is {@link Scope#NONE}
 */
public record Entry(
        long seq,
        Chain chain,
        long epoch,
        @Nullable OpId opId,
        @Nullable DeviceId deviceId,
        String at,
        EntryKind kind,
        Scope scope,
        @Nullable Item item) {
    public Entry {
        Require.natural(seq, "seq");
        Require.present(chain, "chain");
        Require.natural(epoch, "epoch");
        Require.present(at, "at");
        Require.present(kind, "kind");
        Require.present(scope, "scope");
        if (scope != Scope.NONE) {
            Require.present(item, "item");
        }
    }

    /** The position that a device reaches by applying this entry. */
    @JsonIgnore
    public Cursor cursor() {
        return new Cursor(epoch, seq, chain);
    }

    public Entry withChain(Chain newChain) {
        return new Entry(seq, newChain, epoch, opId, deviceId, at, kind, scope, item);
    }
}
