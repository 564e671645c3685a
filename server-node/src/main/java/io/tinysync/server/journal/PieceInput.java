package io.tinysync.server.journal;

import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.Optional;

/** Reads pieces one after the other until there is none of the next number; memory is one piece. For one thread. */
final class PieceInput extends InputStream {

    private static final int BYTE = 0xFF;

    private final Origin origin;
    private byte[] piece = new byte[0];
    private int position;
    private int number;

    /** Gives pieces by their numbers from 0. */
    @FunctionalInterface
    interface Origin {
        Optional<byte[]> piece(int number) throws SQLException;
    }

    PieceInput(Origin origin) {
        this.origin = origin;
    }

    @Override
    public int read() throws IOException {
        return isAtEnd() ? -1 : piece[position++] & BYTE;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (isAtEnd()) {
            return -1;
        }
        int step = Math.min(length, piece.length - position);
        System.arraycopy(piece, position, buffer, offset, step);
        position += step;
        return step;
    }

    @Override
    public int available() {
        return piece.length - position;
    }

    private boolean isAtEnd() throws IOException {
        while (position == piece.length) {
            Optional<byte[]> next = next();
            if (next.isEmpty()) {
                return true;
            }
            piece = next.get();
            position = 0;
            number++;
        }
        return false;
    }

    private Optional<byte[]> next() throws IOException {
        try {
            return origin.piece(number);
        } catch (SQLException e) {
            throw new IOException("piece " + number + " could not be read", e);
        }
    }
}
