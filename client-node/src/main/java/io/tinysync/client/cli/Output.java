package io.tinysync.client.cli;

import io.tinysync.engine.protocol.Json;
import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Standard output in UTF-8, whatever the locale: what is printed may be file names. */
final class Output {

    private Output() {}

    static void print(String text) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        out.println(text.stripTrailing());
        out.flush();
    }

    static void printJson(Object document) {
        print(new String(Json.write(document), StandardCharsets.UTF_8));
    }

    /** Shows what is being waited for, in the place of what was shown before; only to a person. */
    static void progress(String text) {
        if (isTerminal()) {
            System.err.print("\r\u001b[K" + text);
        }
    }

    /** Whether a person sees it now, so that progress may be shown and the screen cleared. */
    static boolean isTerminal() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
