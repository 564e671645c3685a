package io.tinysync.engine.protocol;

import java.util.List;

/** A part of the audit, oldest entries first. */
public record AuditPage(List<AuditEntry> entries) {

    /** Entries in one page. */
    public static final int MAX_ENTRIES = 1000;

    /** Entries in a page whose request names no limit. */
    public static final int DEFAULT_ENTRIES = 100;

    public AuditPage {
        entries = List.copyOf(entries);
    }
}
