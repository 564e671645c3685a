package io.tinysync.simulation.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file of the simulated disk, or a folder that can only be forced. It keeps its node, whatever becomes of its name. */
final class SimulatedChannel extends FileChannel {

    private final SimulatedDisk disk;
    private final DiskNode node;
    private final boolean readable;
    private final boolean writable;
    private final boolean appending;
    private long position;

    SimulatedChannel(SimulatedDisk disk, DiskNode node, boolean readable, boolean writable, boolean appending) {
        this.disk = disk;
        this.node = node;
        this.readable = readable;
        this.writable = writable;
        this.appending = appending;
    }

    private DiskFile file() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        disk.power().requireOn();
        if (node instanceof DiskFile file) {
            return file;
        }
        throw new IOException("Is a directory");
    }

    private DiskFile writableFile() throws IOException {
        if (!writable) {
            throw new NonWritableChannelException();
        }
        return file();
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        if (!readable) {
            throw new NonReadableChannelException();
        }
        DiskFile file = file();
        disk.faults().read();
        if (offset >= file.size) {
            return into.hasRemaining() ? -1 : 0;
        }
        int count = (int) Math.min(into.remaining(), file.size - offset);
        into.put(file.bytes, (int) offset, count);
        return count;
    }

    @Override
    public int write(ByteBuffer from, long offset) throws IOException {
        DiskFile file = writableFile();
        disk.begin();
        disk.faults().requireRoom();
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        file.write((int) offset, bytes, bytes.length);
        file.mtimeMs = disk.nowMs();
        return bytes.length;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = read(into, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = write(from, appending ? size() : position);
        position += count;
        return count;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException("scattering read");
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException("gathering write");
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        return file().size;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        DiskFile file = writableFile();
        disk.begin();
        file.truncate((int) size);
        file.mtimeMs = disk.nowMs();
        position = Math.min(position, size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        disk.fsync(node);
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(count, size() - from)));
        int read = buffer.hasRemaining() ? read(buffer, from) : 0;
        return read <= 0 ? 0 : target.write(buffer.flip());
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
        int read = source.read(buffer);
        return read <= 0 ? 0 : write(buffer.flip(), at);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long offset, long size) {
        throw new UnsupportedOperationException("map");
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("lock");
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("tryLock");
    }

    @Override
    protected void implCloseChannel() {}
}
