package io.tinysync.client.fuse;

/** A drive cannot be mounted or unmounted; the message says why, and is meant for the user. */
public final class MountException extends Exception {

    MountException(String message) {
        super(message);
    }

    MountException(String message, Throwable cause) {
        super(message, cause);
    }
}
