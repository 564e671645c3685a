package io.tinysync.suites;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the servers' processes take, sampled from their metrics while a soak runs. */
final class Footprint {

    /** Below this, a rise is how a JVM breathes. */
    private static final double HEAP_SLACK_BYTES = 64 << 20;

    private static final double MOST_HEAP_RISE = 1.25;

    /** Connections of a pool, files of classes. */
    private static final double DESCRIPTOR_SLACK = 32;

    private static final double MEGABYTE = 1e6;

    private Footprint() {}

    /** The sums over all servers at one moment. */
    record Sample(double heapBytes, double descriptors) {}

    /**
     * What became of the footprint.
     *
     * @param sentence for people
     * @param isFlat whether neither heap nor descriptors have grown
     */
    record Verdict(String sentence, boolean isFlat) {}

    /** Reads the metrics of all servers once. */
    static Sample sample(HttpClient http, List<String> urls, String adminToken)
            throws IOException, InterruptedException {
        double heapBytes = 0;
        double descriptors = 0;
        for (String url : urls) {
            HttpRequest get = HttpRequest.newBuilder(URI.create(url + "/metrics"))
                    .header("Authorization", "Bearer " + adminToken)
                    .timeout(Duration.ofSeconds(30))
                    .build();
            String metrics = http.send(get, BodyHandlers.ofString()).body();
            heapBytes += sum(metrics, "jvm_memory_used_bytes{area=\"heap\"");
            descriptors += sum(metrics, "process_files_open_files ");
        }
        return new Sample(heapBytes, descriptors);
    }

    private static double sum(String metrics, String start) {
        return metrics.lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /**
     * Compares the low-water marks of the second quarter with those of the last: what lies between two collections of garbage is not a leak,
     * and in the first quarter a server gets warm.
     */
    static Verdict judge(List<Sample> samples) {
        int quarter = samples.size() / 4;
        if (quarter == 0) {
            return new Verdict("too short to say whether memory stays flat", true);
        }
        List<Sample> early = samples.subList(quarter, 2 * quarter);
        List<Sample> late = samples.subList(samples.size() - quarter, samples.size());
        double heapBefore = lowest(early, Sample::heapBytes);
        double heapAfter = lowest(late, Sample::heapBytes);
        double descriptorsBefore = lowest(early, Sample::descriptors);
        double descriptorsAfter = lowest(late, Sample::descriptors);
        boolean isFlat = heapAfter <= Math.max(MOST_HEAP_RISE * heapBefore, heapBefore + HEAP_SLACK_BYTES)
                && descriptorsAfter <= descriptorsBefore + DESCRIPTOR_SLACK;
        return new Verdict(
                "heap %.0f MB, then %.0f MB; descriptors %.0f, then %.0f: %s"
                        .formatted(
                                heapBefore / MEGABYTE,
                                heapAfter / MEGABYTE,
                                descriptorsBefore,
                                descriptorsAfter,
                                isFlat ? "flat" : "NOT flat"),
                isFlat);
    }

    private static double lowest(List<Sample> samples, ToDoubleFunction<Sample> value) {
        return samples.stream().mapToDouble(value).min().orElseThrow();
    }
}
