package io.tinysync.campaign.history;

import io.tinysync.engine.protocol.Entry;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.VaultId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A file of one event a line. A last line that was cut short is left out. */
final class FileHistory implements History {

    private final Path file;

    FileHistory(Path file) {
        this.file = file;
    }

    @Override
    public Stream<HistoryEvent> events() {
        return lines(line -> true);
    }

    @Override
    public Stream<Entry> finalLog(VaultId vault) {
        String prefix = FinalLogs.prefix(vault);
        return lines(line -> line.startsWith(prefix))
                .flatMap(event -> ((HistoryEvent.FinalLog) event).page().entries().stream());
    }

    private Stream<HistoryEvent> lines(Predicate<String> wanted) {
        Lines lines = new Lines(file, wanted);
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(lines, traits), false)
                .onClose(lines::close);
    }

    private static final class Lines implements Iterator<HistoryEvent> {

        private final BufferedReader reader;
        private final Path file;
        private final Predicate<String> wanted;
        private long number;
        private @Nullable String ahead;
        private @Nullable HistoryEvent next;

        Lines(Path file, Predicate<String> wanted) {
            this.file = file;
            this.wanted = wanted;
            try {
                // Unlike Files.newBufferedReader, it takes a character that was cut in two.
                reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
                ahead = reader.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            next = read();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public HistoryEvent next() {
            HistoryEvent event = next;
            if (event == null) {
                throw new NoSuchElementException();
            }
            next = read();
            return event;
        }

        private @Nullable HistoryEvent read() {
            try {
                while (ahead != null) {
                    String line = ahead;
                    ahead = reader.readLine();
                    number++;
                    if (wanted.test(line)) {
                        return parsed(line);
                    }
                }
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(file + ", line " + number + ": " + e.getMessage(), e);
            }
        }

        private @Nullable HistoryEvent parsed(String line) throws IOException {
            try {
                return Json.read(line.getBytes(StandardCharsets.UTF_8), HistoryEvent.class);
            } catch (Json.MalformedException e) {
                if (ahead == null) {
                    return null;
                }
                throw e;
            }
        }

        void close() {
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
