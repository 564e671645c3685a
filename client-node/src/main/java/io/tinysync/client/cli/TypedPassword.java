package io.tinysync.client.cli;

import io.tinysync.client.Refusal;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A password from whoever runs a command; never an argument, since those are visible to others on the machine. */
final class TypedPassword {

    private TypedPassword() {}

    /** Typed unseen at a terminal; without one a line of the standard input. */
    static String read() {
        Optional<Console> terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        try {
            return terminal.isPresent() ? typed(terminal.get()) : line();
        } catch (IOException e) {
            throw Refusal.of("cannot read the password", e);
        }
    }

    private static String typed(Console console) {
        char[] typed = console.readPassword("Password: ");
        if (typed == null) {
            throw new Refusal("no password was given");
        }
        return new String(typed);
    }

    private static String line() throws IOException {
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new Refusal("no password was given on the standard input");
        }
        return line;
    }
}
