package io.tinysync.client.http;

import java.io.IOException;

/** The server was not reached, does not answer now, or answered what is not understood: nothing follows from it but to ask again. */
public final class UnknownOutcomeException extends IOException {

    UnknownOutcomeException(String message) {
        super(message);
    }

    UnknownOutcomeException(String message, Throwable cause) {
        super(message, cause);
    }
}
