package io.tinysync.server.journal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/** Gathers the entries of one page, as the bytes that the chain covers. For one thread. */
final class LogPageBuilder {

    /** A page ends with the entry that takes it over this; one entry has a few KiB at most. */
    static final int MAX_PAGE_BYTES = 1 << 20;

    private final int maxEntries;
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private int count;

    LogPageBuilder(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    /** What a page says of the log: its newest entry's seq and epoch, and the oldest entry's seq. */
    record Ends(long headSeq, long epoch, long minRetainedSeq) {}

    /** Takes the next entry; false once the page is full. */
    boolean add(byte[] entryJson) {
        if (count > 0) {
            entries.write(',');
        }
        entries.writeBytes(entryJson);
        count++;
        return entries.size() < MAX_PAGE_BYTES && count < maxEntries;
    }

    LogReply.Page build(Ends ends, LogReply.Source source) {
        String head = "{\"epoch\":" + ends.epoch() + ",\"head_seq\":" + ends.headSeq() + ",\"min_retained_seq\":"
                + ends.minRetainedSeq() + ",\"entries\":[";
        ByteArrayOutputStream page = new ByteArrayOutputStream(head.length() + entries.size() + 2);
        page.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        page.writeBytes(entries.toByteArray());
        page.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
        return new LogReply.Page(ByteString.fromArrayUnsafe(page.toByteArray()), count, source);
    }
}
