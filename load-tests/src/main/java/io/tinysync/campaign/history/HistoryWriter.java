package io.tinysync.campaign.history;

import io.tinysync.engine.protocol.DeviceId;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.VaultId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a history while it happens; for any number of threads. Each event is given to the system at once, so that a writer that is
 * killed has lost none, and at most its last line is cut short.
 */
public final class HistoryWriter implements AutoCloseable {

    private final FileChannel file;
    private final long beganNs = System.nanoTime();
    private long requests;

    private HistoryWriter(FileChannel file) {
        this.file = file;
    }

    /**
     * Begins a history.
     *
     * @throws IOException if the file is there already, or cannot be made
     */
    public static HistoryWriter create(Path path) throws IOException {
        return new HistoryWriter(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Notes a request; to be called before its first byte is sent. Returns the number to give to {@link #answered}. */
    public synchronized long asked(String client, DeviceId device, VaultId vault, String node, Question question) {
        long request = ++requests;
        add(new HistoryEvent.Asked(nowNs(), request, client, device, vault, node, question));
        return request;
    }

    /** Notes a request's end; to be called after the last byte of its answer came, or when none can come any more. */
    public synchronized void answered(long request, Answer answer) {
        add(new HistoryEvent.Answered(nowNs(), request, answer));
    }

    /** Notes anything else. */
    public synchronized void add(HistoryEvent event) {
        byte[] json = Json.write(event);
        ByteBuffer line =
                ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
        try {
            while (line.hasRemaining()) {
                file.write(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long nowNs() {
        return System.nanoTime() - beganNs;
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
