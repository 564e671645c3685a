package io.tinysync.engine.log;

import org.slf4j.MDC;

/**
 * What a line of the log concerns. While a field is set, every line that the same thread logs has it; whoever sets one takes it away again.
 * The names are those of the protocol, and operators search for them.
 */
public enum LogField {
    REQUEST("request_id"),
    DEVICE("device_id"),
    VAULT("vault_id"),
    OP("op_id");

    private final String key;

    LogField(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }

    /** Until it is closed; in a {@code try}, by the same thread. */
    public Scope of(Object value) {
        MDC.put(key, value.toString());
        return () -> MDC.remove(key);
    }

    /** A field is set for so long. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
