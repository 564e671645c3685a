package io.tinysync.client.store;

import io.tinysync.client.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Looks whether a store's file holds what SQLite wrote to it, before anything is believed or changed. What programs wrote and is
 * not on the server is looked at in whole; the copy of the server's tree, which can be had again, only where that takes no time.
 */
final class StoreCheck {

    /** Some 100,000 items, which take 0.2 s. Of a larger file a damage elsewhere shows when it is read. */
    private static final long WHOLE_BYTES = 64L << 20;

    private static final List<String> OWN_TABLES = List.of("device_state", "pending", "overlay");

    private StoreCheck() {}

    /** Refuses a file that is damaged; says nothing of one that is not there. */
    static void require(Path file) {
        damage(file).ifPresent(found -> {
            throw new Refusal("the device's store " + file + " is damaged (" + found + ") and was left as it is:"
                    + " 'tinysync rescue DIR' copies out what is not on the server, then 'tinysync panic-resync' makes"
                    + " the store anew");
        });
    }

    private static Optional<String> damage(Path file) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) == 0) {
                return Optional.of("it is empty");
            }
        } catch (IOException e) {
            throw Refusal.of("cannot read the device's store " + file, e);
        }
        try (Sql sql = Sql.open(file)) {
            return damage(sql, Files.size(file) <= WHOLE_BYTES);
        } catch (SQLException e) {
            return found(file, e);
        } catch (IOException e) {
            throw Refusal.of("cannot read the device's store " + file, e);
        }
    }

    private static Optional<String> found(Path file, SQLException e) {
        if (!StoreException.isDamage(e)) {
            throw Refusal.of("cannot open the device's store " + file, e);
        }
        return Optional.of(String.valueOf(e.getMessage()));
    }

    private static Optional<String> damage(Sql sql, boolean whole) throws SQLException {
        boolean isStore = sql.first(row -> row.getInt(1), "PRAGMA user_version").orElse(0) > 0;
        if (!isStore) {
            return Optional.of("it holds no store");
        }
        for (String table : OWN_TABLES) {
            Optional<String> said = told(sql, "PRAGMA quick_check(" + table + ")");
            if (said.isPresent()) {
                return said;
            }
        }
        return whole ? told(sql, "PRAGMA quick_check(1)") : Optional.empty();
    }

    private static Optional<String> told(Sql sql, String pragma) throws SQLException {
        return sql.first(row -> row.getString(1), pragma)
                .filter(said -> !said.equals("ok"))
                .map(said -> said.replace('\n', ' '));
    }
}
