package io.tinysync.client.devfuse;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One message of the kernel: {@code struct fuse_in_header}, and arguments that are read one after the other. Reading beyond the
 * message's end throws {@link java.nio.BufferUnderflowException}. Confined to one thread.
 */
final class Request {

    static final int HEADER_BYTES = 40;

    private static final int OPCODE_AT = 4;
    private static final int UNIQUE_AT = 8;
    private static final int NODE_AT = 16;
    private static final int PID_AT = 32;

    private static final int MAX_NAME_BYTES = 255;

    private final ByteBuffer message;

    /** @param message from position 0 on, in the machine's byte order */
    Request(ByteBuffer message) {
        this.message = message;
    }

    /**
     * Begins with a message of so many bytes.
     *
     * @return false if that is no message: without a header, or of another length than it says
     */
    boolean begin(int bytes) {
        if (bytes < HEADER_BYTES) {
            return false;
        }
        message.clear().limit(bytes).position(HEADER_BYTES);
        return message.getInt(0) == bytes;
    }

    /** The same message in memory of its own, from the first argument on. */
    Request copy() {
        ByteBuffer whole = message.duplicate().rewind();
        ByteBuffer copy = ByteBuffer.allocateDirect(whole.remaining()).order(ByteOrder.nativeOrder());
        copy.put(whole);
        Request request = new Request(copy);
        copy.position(HEADER_BYTES);
        return request;
    }

    void rewind() {
        message.position(HEADER_BYTES);
    }

    int bytes() {
        return message.limit();
    }

    int opcode() {
        return message.getInt(OPCODE_AT);
    }

    /** What the answer has to name. */
    long unique() {
        return message.getLong(UNIQUE_AT);
    }

    /** The inode that it is about. */
    long node() {
        return message.getLong(NODE_AT);
    }

    /** The thread that asks; 0 where the kernel does so by itself. */
    int pid() {
        return message.getInt(PID_AT);
    }

    int int32() {
        return message.getInt();
    }

    long int64() {
        return message.getLong();
    }

    void skip(int bytes) {
        message.position(message.position() + bytes);
    }

    /** So many bytes from here on, without a copy. */
    ByteBuffer data(int bytes) {
        ByteBuffer data = message.slice(message.position(), bytes);
        skip(bytes);
        return data;
    }

    /** A name that is to lead to something: what is not UTF-8 cannot. */
    String name() {
        byte[] bytes = nameBytes();
        String name = new String(bytes, StandardCharsets.UTF_8);
        if (!isSame(name, bytes)) {
            throw new DriveException(Errno.ENOENT, "no name here is anything but UTF-8");
        }
        return name;
    }

    /** A name that something is to get. */
    String newName() {
        byte[] bytes = nameBytes();
        return text(bytes);
    }

    /** A text of any length, such as a link's target. */
    String text() {
        return text(string());
    }

    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!isSame(text, bytes)) {
            throw new DriveException(Errno.EILSEQ, "this is not UTF-8");
        }
        return text;
    }

    private static boolean isSame(String text, byte[] bytes) {
        return text.indexOf('\uFFFD') < 0 || Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    }

    private byte[] nameBytes() {
        byte[] name = string();
        if (name.length > MAX_NAME_BYTES) {
            throw new DriveException(
                    Errno.ENAMETOOLONG, "the name has " + name.length + " bytes, the limit is " + MAX_NAME_BYTES);
        }
        if (name.length == 0) {
            throw new DriveException(Errno.EINVAL, "the name is empty");
        }
        return name;
    }

    /** The bytes up to the next NUL, which is taken too. */
    private byte[] string() {
        int start = message.position();
        int end = start;
        while (message.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        message.get(bytes);
        message.get();
        return bytes;
    }
}
