package io.tinysync.e2e;

import io.tinysync.load.Checkout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who runs the launcher, and with what environment.
 *
 * @param prefix what stands before the command line: nothing, or a program that gives up root's rights first
 */
record Account(List<String> prefix, Map<String, String> environment) {

    Account {
        prefix = List.copyOf(prefix);
        environment = Map.copyOf(environment);
    }

    /**
     * The user of these tests. One compiler tier: processes that live for seconds or minutes end before a better one would pay.
     */
    static Account own() {
        return new Account(List.of(), Map.of("TINYSYNC_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
    }

    Account with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new Account(prefix, more);
    }

    /** Appends flags of the JVM. */
    Account withJavaOptions(String flags) {
        return with("TINYSYNC_JAVA_OPTS", environment.getOrDefault("TINYSYNC_JAVA_OPTS", "") + " " + flags);
    }

    /** {@code ./tinysync} with arguments, as this account runs it. */
    List<String> tinysync(String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Checkout.root().resolve("tinysync").toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
