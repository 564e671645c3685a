package io.tinysync.server.startup;

/** The server cannot start for a reason that its operator can understand and act on; the message is one line. */
public final class StartupException extends Exception {

    public StartupException(String message) {
        super(message);
    }

    public StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
