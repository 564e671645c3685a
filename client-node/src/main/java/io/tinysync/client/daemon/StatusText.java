package io.tinysync.client.daemon;

import io.tinysync.client.state.Credentials;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The status as a person reads it. */
final class StatusText {

    private static final List<String> BYTE_UNITS = List.of("bytes", "kB", "MB", "GB", "TB");

    private StatusText() {}

    static String of(Credentials device, StatusDocument document) {
        StringBuilder text = new StringBuilder();
        text.append(device.name()).append(" at ").append(document.server()).append('\n');
        if (document.vaults().isEmpty()) {
            text.append("  no vault is attached\n");
        }
        for (StatusDocument.Vault vault : document.vaults()) {
            append(text, vault);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, StatusDocument.Vault vault) {
        text.append("\n%s  %s  (%s)%n".formatted(vault.name(), vault.mountpoint(), said(vault.state())));
        line(text, "log", "%,d of %,d".formatted(vault.cursorSeq(), vault.headSeq()));
        line(text, "to send", pending(vault));
        if (vault.conflicts() > 0) {
            line(text, "conflicts", "%,d ('tinysync conflicts' lists them)".formatted(vault.conflicts()));
        }
        if (vault.localOnly() > 0) {
            line(text, "only here", "%,d by their names, such as .DS_Store".formatted(vault.localOnly()));
        }
        if (vault.held() > 0) {
            line(text, "held", "%,d recovered after an unclean stop".formatted(vault.held()));
        }
        vault.errors().forEach(error -> line(text, "error", error));
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append("  %-10s %s%n".formatted(label, value));
    }

    private static String said(String state) {
        return switch (state) {
            case "idle" -> "in sync";
            case "offline" -> "the server is not reached";
            case "error" -> "needs you";
            default -> state;
        };
    }

    /** What is not on the server yet, in a few words. */
    static String pending(StatusDocument.Vault vault) {
        if (vault.pendingOps() == 0) {
            return "nothing";
        }
        return "%s, %s, the oldest %s old"
                .formatted(
                        changes(vault.pendingOps()), bytes(vault.pendingBytes()), age(vault.oldestUnsyncedSeconds()));
    }

    static String changes(long count) {
        return "%,d %s".formatted(count, count == 1 ? "change" : "changes");
    }

    static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1000 && unit + 1 < BYTE_UNITS.size()) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, BYTE_UNITS.get(unit));
    }

    static String age(long seconds) {
        Duration age = Duration.ofSeconds(seconds);
        if (age.toDays() > 0) {
            return age.toDays() + " d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + " min" : seconds + " s";
    }
}
