package io.tinysync.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.server.TestPostgres;
import io.tinysync.server.postgres.Database;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ClaimTableIT {

    private Database database;
    private ClaimTable table;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(TestPostgres.newDatabase());
        table = new ClaimTable(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void letTimePass(int seconds) {
        database.run(statements -> statements.update(
                "UPDATE cluster_claim SET renewed_at = renewed_at - make_interval(secs => ?)", seconds));
    }

    @Test
    void whoComesFirstHasTheClaimAsLongAsItIsRenewed() {
        assertThat(table.holder()).isEmpty();
        assertThat(table.claim("one", 1)).contains("one");
        assertThat(table.claim("two", 1)).contains("one");
        letTimePass(ClaimTable.EXPIRY_SECONDS - 1);
        assertThat(table.claim("one", 1)).contains("one");
        letTimePass(ClaimTable.EXPIRY_SECONDS - 1);
        assertThat(table.claim("two", 1)).contains("one");
    }

    @Test
    void theLargerClusterTakesTheClaimAndTheSmallerDoesNotTakeItBack() {
        assertThat(table.claim("one", 1)).contains("one");
        assertThat(table.claim("two", 2)).contains("two");
        assertThat(table.claim("one", 1)).contains("two");
        assertThat(table.claim("one", 2)).contains("two");
    }

    @Test
    void aClusterThatHasLostNodesIsAsLargeAsItIsNow() {
        assertThat(table.claim("one", 3)).contains("one");
        assertThat(table.claim("two", 2)).contains("one");
        assertThat(table.claim("one", 1)).contains("one");
        assertThat(table.claim("two", 2)).contains("two");
    }

    @Test
    void aClaimThatExpiredOrWasReleasedIsNobodys() {
        assertThat(table.claim("one", 3)).contains("one");
        letTimePass(ClaimTable.EXPIRY_SECONDS);
        assertThat(table.holder()).isEmpty();
        assertThat(table.claim("two", 1)).contains("two");
        table.release("one");
        assertThat(table.holder()).contains("two");
        table.release("two");
        assertThat(table.holder()).isEmpty();
    }
}
