package io.tinysync.client.mount;

/** A drive cannot be mounted or unmounted; the message says why, and is meant for the user. */
public final class MountException extends Exception {

    public MountException(String message) {
        super(message);
    }

    public MountException(String message, Throwable cause) {
        super(message, cause);
    }
}
