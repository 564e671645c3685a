package io.tinysync.client.daemon;

import io.tinysync.client.Refusal;
import io.tinysync.engine.device.core.CacheBudget;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cache's budget: {@code TINYSYNC_CACHE_BUDGET} and {@code TINYSYNC_CACHE_MIN_FREE}, in bytes or with a unit as in {@code 20GB}
 * or {@code 512MiB}; otherwise half of the disk, and a twentieth of it but 5 GiB at most.
 */
final class CacheSettings {

    private static final long MAX_MIN_FREE_BYTES = 5L << 30;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([KMGT]?)(I?)B?");
    private static final String UNITS = "KMGT";

    private CacheSettings() {}

    static CacheBudget budget(Map<String, String> environment, long diskBytes) {
        return new CacheBudget(
                bytes(environment, "TINYSYNC_CACHE_BUDGET").orElse(diskBytes / 2),
                bytes(environment, "TINYSYNC_CACHE_MIN_FREE").orElse(Math.min(MAX_MIN_FREE_BYTES, diskBytes / 20)));
    }

    private static Optional<Long> bytes(Map<String, String> environment, String variable) {
        String text = environment.getOrDefault(variable, "").strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new Refusal(variable + " is '" + text + "', which is no size such as 20GB");
        }
        long bytes = Long.parseLong(matcher.group(1));
        int unit = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
        long step = matcher.group(3).isEmpty() ? 1000 : 1024;
        for (int i = 0; i < unit; i++) {
            bytes = Math.multiplyExact(bytes, step);
        }
        return Optional.of(bytes);
    }
}
