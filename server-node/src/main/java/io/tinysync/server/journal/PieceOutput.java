package io.tinysync.server.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.Arrays;

/** Cuts what is written into pieces of one size, the last one shorter; memory is one piece. For one thread. */
final class PieceOutput extends OutputStream {

    /** A row of its own each: far below PostgreSQL's limit of 1 GiB a value, and few enough round trips. */
    static final int PIECE_BYTES = 1 << 20;

    private final Target target;
    private final byte[] piece = new byte[PIECE_BYTES];
    private int length;
    private int number;

    /** Takes pieces by their numbers from 0. */
    @FunctionalInterface
    interface Target {
        int take(int number, byte[] bytes) throws SQLException;
    }

    PieceOutput(Target target) {
        this.target = target;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            int step = Math.min(left, PIECE_BYTES - length);
            System.arraycopy(bytes, from, piece, length, step);
            length += step;
            from += step;
            left -= step;
            if (length == PIECE_BYTES) {
                handOver();
            }
        }
    }

    private void handOver() throws IOException {
        try {
            target.take(number, Arrays.copyOf(piece, length));
        } catch (SQLException e) {
            throw new IOException("piece " + number + " could not be stored", e);
        }
        number++;
        length = 0;
    }

    /** Hands over what is left. */
    @Override
    public void close() throws IOException {
        if (length > 0) {
            handOver();
        }
    }
}
