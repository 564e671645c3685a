package io.tinysync.client.devfuse;

import io.tinysync.client.drive.DriveException;
import io.tinysync.client.drive.Errno;
import java.nio.BufferUnderflowException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has each message carried out and answers it, once, whatever happens: what is thrown becomes an errno, since a program whose
 * request is not answered can never be ended. Thread-safe.
 */
final class Dispatcher {

    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    /** After it the kernel does not ask again, and answers programs what a file system without the like says. */
    private static final int ENOSYS = 38;

    private static final int ENOTTY = 25;

    private final Device device;
    private final Notifier notifier;
    private final Executor later;
    private final CompletableFuture<Negotiation> agreed;
    private final NameRequests names;
    private final InodeRequests inodes;
    private final FileRequests files;
    private final FolderRequests folders;
    private final Kernel kernel;
    private final Waits waits;

    /**
     * Answers for a drive.
     *
     * @param later carries out what must not be done by one who answers
     * @param agreed completes with the kernel's first message
     */
    Dispatcher(Device device, Kernel kernel, Notifier notifier, Executor later, CompletableFuture<Negotiation> agreed) {
        this.device = device;
        this.kernel = kernel;
        this.notifier = notifier;
        this.later = later;
        this.agreed = agreed;
        this.names = new NameRequests(kernel);
        this.inodes = new InodeRequests(kernel);
        this.files = new FileRequests(kernel);
        this.folders = new FolderRequests(kernel);
        this.waits = new Waits(kernel.drive());
    }

    /** Carries out a message of so many bytes, or leaves it to one that waits. What is no message is dropped. */
    void dispatch(Workspace workspace, int bytes) {
        Request request = workspace.request();
        if (!request.begin(bytes)) {
            LOG.debug("dropped {} bytes that are no message", bytes);
            return;
        }
        Reply reply = workspace.reply();
        reply.clear();
        Optional<Opcode> opcode = Opcode.of(request.opcode());
        if (opcode.isEmpty()) {
            send(reply.sendError(device, request.unique(), ENOSYS));
            return;
        }
        try {
            if (!waits.take(opcode.get(), request, answering(opcode.get()))) {
                answer(opcode.get(), request, reply);
            }
        } catch (Throwable e) {
            fail(opcode.get(), request, reply, e);
        }
    }

    private Waits.Answering answering(Opcode opcode) {
        return new Waits.Answering() {
            @Override
            public void answer(Request request, Reply reply) {
                reply.clear();
                Dispatcher.this.answer(opcode, request, reply);
            }

            @Override
            public void fail(Request request, Throwable why) {
                Dispatcher.this.fail(opcode, request, Reply.ofError(), why);
            }
        };
    }

    /** What becomes of a message that was carried out. */
    private enum Then {
        /** The reply is sent. */
        ANSWER,
        /** The kernel waits for none. */
        SILENCE,
        /** The reply is sent once the kernel has dropped the inode's attributes. */
        ANSWER_AFTER_DROP
    }

    private void answer(Opcode opcode, Request request, Reply reply) {
        switch (carryOut(opcode, request, reply)) {
            case ANSWER -> send(opcode, request.unique(), reply);
            case SILENCE -> {}
            case ANSWER_AFTER_DROP -> answerAfterDrop(opcode, request, reply.detach());
        }
    }

    private void answerAfterDrop(Opcode opcode, Request request, Reply reply) {
        long unique = request.unique();
        long ino = request.node();
        later.execute(() -> {
            try {
                notifier.inode(ino);
            } finally {
                send(opcode, unique, reply);
            }
        });
    }

    private void send(Opcode opcode, long unique, Reply reply) {
        if (reply.send(device, unique) == -Libc.EINVAL) {
            LOG.error("the kernel does not understand the answer to {}", opcode);
            send(reply.sendError(device, unique, Errno.EIO.number()));
        }
    }

    private static void send(int result) {
        if (result < 0 && result != -Libc.ENOENT) {
            LOG.debug("an answer was not taken: errno {}", -result);
        }
    }

    private void fail(Opcode opcode, Request request, Reply reply, Throwable why) {
        if (!isAnswered(opcode)) {
            LOG.debug("{} failed: {}", opcode, why.toString());
            return;
        }
        if (opcode == Opcode.INIT) {
            agreed.completeExceptionally(why);
        }
        send(reply.sendError(device, request.unique(), errno(opcode, why)));
    }

    private static int errno(Opcode opcode, Throwable why) {
        return switch (why) {
            case UnsupportedException unsupported -> unsupported.errno;
            case DriveException refused -> {
                LOG.debug("{}: {}", opcode, refused.getMessage());
                yield refused.errno().number();
            }
            case Negotiation.UnsupportedKernelException _ -> Errno.EIO.number();
            case BufferUnderflowException _, IndexOutOfBoundsException _, IllegalArgumentException _ -> {
                LOG.debug("{} came with arguments that are none: {}", opcode, why.toString());
                yield Errno.EINVAL.number();
            }
            default -> {
                LOG.error("{} failed unexpectedly", opcode, why);
                yield Errno.EIO.number();
            }
        };
    }

    private static boolean isAnswered(Opcode opcode) {
        return opcode != Opcode.FORGET
                && opcode != Opcode.BATCH_FORGET
                && opcode != Opcode.INTERRUPT
                && opcode != Opcode.NOTIFY_REPLY;
    }

    private Then carryOut(Opcode opcode, Request request, Reply reply) {
        switch (opcode) {
            case LOOKUP -> names.lookup(request, reply);
            case CREATE -> names.create(request, reply);
            case MKNOD -> names.mknod(request, reply);
            case MKDIR -> names.mkdir(request, reply);
            case SYMLINK -> names.symlink(request, reply);
            case UNLINK -> names.unlink(request);
            case RMDIR -> names.rmdir(request);
            case RENAME -> names.rename(request);
            case RENAME2 -> names.rename2(request);
            case LINK -> throw new DriveException(Errno.EPERM, "an item has one name");
            case GETATTR -> inodes.getattr(request, reply);
            case SETATTR -> inodes.setattr(request, reply);
            case READLINK -> inodes.readlink(request, reply);
            case STATFS -> inodes.statfs(reply);
            case OPEN -> {
                return files.open(request, reply) ? Then.ANSWER_AFTER_DROP : Then.ANSWER;
            }
            case READ -> files.read(request, reply);
            case WRITE -> files.write(request, reply);
            case FLUSH -> files.flush(request);
            case FSYNC -> files.fsync(request);
            case RELEASE -> files.release(request);
            case OPENDIR -> folders.open(request, reply);
            case READDIR -> folders.read(request, reply);
            case READDIRPLUS -> folders.readPlus(request, reply);
            case RELEASEDIR -> folders.release(request);
            case FSYNCDIR, SYNCFS -> kernel.drive().fsyncFolder();
            case INIT -> agreed.complete(Negotiation.answer(request, reply.body()));
            case FORGET -> inodes.forget(request);
            case BATCH_FORGET -> inodes.forgetMany(request);
            case INTERRUPT -> waits.interrupt(request.int64());
            case DESTROY, NOTIFY_REPLY -> {}
            case IOCTL -> throw new UnsupportedException(ENOTTY);
            // The kernel then says EOPNOTSUPP for extended attributes, fallocate and unnamed files, keeps locks by
            // itself, and
            // copies ranges and seeks for data as if there were no holes.
            case SETXATTR,
                    GETXATTR,
                    LISTXATTR,
                    REMOVEXATTR,
                    FALLOCATE,
                    TMPFILE,
                    GETLK,
                    SETLK,
                    SETLKW,
                    COPY_FILE_RANGE,
                    LSEEK,
                    ACCESS,
                    BMAP,
                    POLL,
                    SETUPMAPPING,
                    REMOVEMAPPING,
                    STATX -> throw new UnsupportedException(ENOSYS);
        }
        return isAnswered(opcode) ? Then.ANSWER : Then.SILENCE;
    }

    /** What is not done here at all. */
    private static final class UnsupportedException extends RuntimeException {

        private final int errno;

        UnsupportedException(int errno) {
            super(null, null, false, false);
            this.errno = errno;
        }
    }
}
