package io.tinysync.server.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Chain;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.LogPage;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.vault.core.ChainedEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a node answers from the ends of logs in its memory, and what it leaves to the journal. */
final class LogTailsTest {

    private static final VaultId VAULT = new VaultId(new UUID(1, 1));

    private final LogTails tails = new LogTails();
    private final List<ChainedEntry> log = new ArrayList<>();

    /** Commits entries whose names have a length. */
    private void commit(VaultId vault, int count, int nameChars) {
        Cursor before = cursor(log.size());
        Chain chain = before.chain();
        int from = log.size();
        for (int i = 0; i < count; i++) {
            ChainedEntry entry = JournalRows.file(chain, log.size() + 1L, "x".repeat(nameChars));
            log.add(entry);
            chain = entry.entry().chain();
        }
        tails.committed(vault, before, List.copyOf(log.subList(from, log.size())));
    }

    private Cursor cursor(int seq) {
        return seq == 0 ? Cursor.START : log.get(seq - 1).entry().cursor();
    }

    private List<Entry> entries(int from, int to) {
        return log.subList(from, to).stream().map(ChainedEntry::entry).toList();
    }

    private LogPage page(Cursor after, int limit) throws Exception {
        LogReply.Page page = tails.page(VAULT, after, limit).orElseThrow();
        LogPage read = Json.readLogPage(page.json().toArray(), after);
        assertThat(page.entries()).isEqualTo(read.entries().size());
        assertThat(page.source()).isEqualTo(LogReply.Source.TAIL);
        return read;
    }

    private Optional<LogReply.Page> inVain(Cursor after) {
        return tails.page(VAULT, after, 10);
    }

    @Test
    void what_follows_a_cursor_is_a_page_as_the_journal_would_give_it() throws Exception {
        commit(VAULT, 3, 1);
        commit(VAULT, 2, 1);
        tails.minRetainedSeqIs(VAULT, 1);

        assertThat(page(cursor(0), 10)).isEqualTo(new LogPage(1, 5, 1, entries(0, 5)));
        assertThat(page(cursor(4), 10)).isEqualTo(new LogPage(1, 5, 1, entries(4, 5)));
        assertThat(page(cursor(1), 2)).isEqualTo(new LogPage(1, 5, 1, entries(1, 3)));
    }

    @Test
    void where_nothing_follows_or_the_cursor_does_not_fit_only_the_journal_can_tell() {
        commit(VAULT, 2, 1);
        tails.forget(VAULT);
        commit(VAULT, 3, 1);
        assertThat(inVain(cursor(3))).as("not known where the journal begins").isEmpty();
        tails.minRetainedSeqIs(VAULT, 1);
        assertThat(inVain(cursor(3))).isPresent();

        assertThat(inVain(cursor(5))).as("at the head").isEmpty();
        assertThat(inVain(new Cursor(1, 6, Chain.START))).as("above it").isEmpty();
        assertThat(inVain(cursor(1))).as("before the tail").isEmpty();
        assertThat(inVain(new Cursor(1, 2, Chain.START)))
                .as("another history, at the tail's beginning")
                .isEmpty();
        assertThat(inVain(new Cursor(1, 4, Chain.START)))
                .as("another history, within the tail")
                .isEmpty();
    }

    @Test
    void a_log_that_ends_elsewhere_than_was_heard_begins_a_tail_of_its_own() throws Exception {
        commit(VAULT, 3, 1);
        tails.minRetainedSeqIs(VAULT, 1);
        tails.endsAt(VAULT, cursor(3));
        assertThat(inVain(cursor(1))).as("it ends there").isPresent();

        log.add(JournalRows.file(cursor(3).chain(), 4, "of another incarnation"));
        tails.endsAt(VAULT, cursor(4));
        assertThat(inVain(cursor(1))).isEmpty();

        commit(VAULT, 1, 1);
        log.add(JournalRows.file(cursor(5).chain(), 6, "of another incarnation"));
        commit(VAULT, 1, 1);
        tails.minRetainedSeqIs(VAULT, 1);
        assertThat(inVain(cursor(4))).isEmpty();
        assertThat(page(cursor(6), 10)).isEqualTo(new LogPage(1, 7, 1, entries(6, 7)));
    }

    @Test
    void a_tail_keeps_a_page_of_entries_or_of_bytes() {
        commit(VAULT, 1_200, 1);
        tails.minRetainedSeqIs(VAULT, 1);
        assertThat(inVain(cursor(199))).isEmpty();
        assertThat(inVain(cursor(200))).isPresent();

        commit(VAULT, 300, 4_000);
        assertThat(inVain(cursor(1_200))).isEmpty();
        assertThat(inVain(cursor(1_300))).isPresent();
    }

    @Test
    void of_too_many_tails_those_go_that_were_used_the_longest_ago() {
        List<VaultId> vaults = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            VaultId vault = new VaultId(new UUID(2, i));
            vaults.add(vault);
            log.clear();
            commit(vault, 200, 4_000);
            tails.minRetainedSeqIs(vault, 1);
            assertThat(tails.page(vaults.getFirst(), cursor(199), 10)).isPresent();
        }

        long kept = vaults.stream()
                .filter(vault -> tails.page(vault, cursor(199), 10).isPresent())
                .count();
        assertThat(kept).isBetween(15L, 20L);
    }
}
