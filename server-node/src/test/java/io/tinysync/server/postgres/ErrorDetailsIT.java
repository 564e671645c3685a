package io.tinysync.server.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tinysync.server.TestPostgres;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes wrong with rows is told without what is in them: it gets into the log. */
final class ErrorDetailsIT {

    private static final String PRIVATE = "a private name";

    @Test
    void a_row_that_is_refused_is_not_told_alone_and_in_a_batch() throws Exception {
        try (Database database = Database.open(TestPostgres.newDatabase())) {
            database.run(statements -> statements.update("CREATE TABLE named (name TEXT CHECK (length(name) < 3))"));
            String insert = "INSERT INTO named (name) VALUES (?)";

            Throwable alone = catchThrowable(() -> database.run(statements -> statements.update(insert, PRIVATE)));
            Throwable inBatch = catchThrowable(() -> database.run(statements -> {
                statements.updateAll(insert, List.of(new Object[] {"a"}, new Object[] {PRIVATE}));
                return PRIVATE;
            }));

            assertThat(text(alone)).contains("named_name_check").doesNotContain(PRIVATE);
            assertThat(text(inBatch)).contains("named_name_check").doesNotContain(PRIVATE);
        }
    }

    private static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof java.sql.SQLException sql && sql.getNextException() != null) {
                sql.getNextException().printStackTrace(new PrintWriter(text));
            }
        }
        return text.toString();
    }
}
