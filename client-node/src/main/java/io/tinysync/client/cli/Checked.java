package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.util.function.Supplier;

/** Makes a record of the protocol from what a user typed. */
final class Checked {

    private Checked() {}

    /** The record, or its own words about what is wrong with the values. */
    static <T> T value(Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw new Refusal(String.valueOf(e.getMessage()), e);
        }
    }
}
