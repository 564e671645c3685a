package io.tinysync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What happened, in words, and a running hash of it (FNV-1a over UTF-16 units) by which two runs are compared. */
final class Trace {

    private static final Pattern UUID_OF_WORLD =
            Pattern.compile("0190([0-9a-f]{4})-([0-9a-f]{4})-7000-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern SHA_256 = Pattern.compile("\\b([0-9a-f]{8})[0-9a-f]{56}\\b");

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final List<String> events = new ArrayList<>();
    private long hash = FNV_OFFSET;
    private int step;

    void beginStep(int number) {
        step = number;
    }

    void add(String event) {
        for (int i = 0; i < event.length(); i++) {
            hash = (hash ^ event.charAt(i)) * FNV_PRIME;
        }
        events.add(step + ": " + event);
    }

    long hash() {
        return hash;
    }

    /** The last events, as lines for people. */
    String tail(int count) {
        return brief(String.join("\n", events.subList(Math.max(0, events.size() - count), events.size())));
    }

    /** A text with ids and hashes cut to what tells them apart within one world. */
    static String brief(String text) {
        String ids = UUID_OF_WORLD.matcher(text).replaceAll("#$1$2");
        String hashes = SHA_256.matcher(ids).replaceAll("$1");
        return hashes.replace("00000000-0000-0000-0000-000000000000", "root").replace(", more={}", "");
    }
}
