package io.tinysync.campaign.history;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.VaultId;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A history that can be read any number of times, each time from its beginning. */
public interface History {

    /** All events in order. To be closed. */
    Stream<HistoryEvent> events();

    /** The entries of a vault's final log, in the order in which they were recorded. To be closed. */
    default Stream<Entry> finalLog(VaultId vault) {
        return events().filter(event -> event instanceof HistoryEvent.FinalLog log
                        && log.vault().equals(vault))
                .flatMap(event -> ((HistoryEvent.FinalLog) event).page().entries().stream());
    }

    static History of(List<HistoryEvent> events) {
        List<HistoryEvent> copy = List.copyOf(events);
        return copy::stream;
    }

    /** One that a {@link HistoryWriter} has written, to its end or until it was killed; read as it is asked for, a line at a time. */
    static History in(Path file) {
        return new FileHistory(file);
    }
}
