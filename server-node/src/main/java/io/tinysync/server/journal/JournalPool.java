package io.tinysync.server.journal;

import com.zaxxer.hikari.HikariDataSource;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.jdbc.db.SlickExtension;
import org.apache.pekko.persistence.jdbc.db.SlickExtensionImpl;
import slick.jdbc.hikaricp.HikariCPJdbcDataSource;

/** The pool of connections that the journal's plugin makes for itself. */
public final class JournalPool {

    private JournalPool() {}

    /** The one pool of a system, which is made if it was not. */
    public static HikariDataSource of(ActorSystem<?> system) {
        SlickExtensionImpl databases = (SlickExtensionImpl) SlickExtension.get(system);
        return ((HikariCPJdbcDataSource) databases
                        .database(system.settings().config().getConfig("jdbc-journal"))
                        .database()
                        .source())
                .ds();
    }
}
