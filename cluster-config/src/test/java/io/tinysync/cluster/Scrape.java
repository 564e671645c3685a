package io.tinysync.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server's {@code /metrics} says: samples, and the families that they belong to. */
final class Scrape {

    private static final Pattern SAMPLE = Pattern.compile("^([a-z][a-z0-9_]*)(?:\\{(.*)})? ");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final Pattern TYPE = Pattern.compile("^# TYPE ([a-z][a-z0-9_]*) ([a-z]+)$");

    /** Made by a histogram itself. */
    private static final String BUCKET = "le";

    private final String text;
    private final Map<String, Set<String>> samples = new HashMap<>();
    private final Map<String, Family> families = new TreeMap<>();

    /** Metrics of one name. */
    record Family(String name, String type, Set<String> labels) {

        private boolean isOfMany() {
            return type.equals("histogram") || type.equals("summary");
        }
    }

    Scrape(String text) {
        this.text = text;
        text.lines().forEach(this::noteSample);
        text.lines().forEach(this::noteFamily);
        Set<String> ofOthers = new HashSet<>();
        families.values().stream().filter(Family::isOfMany).forEach(family -> ofOthers.add(family.name() + "_max"));
        families.keySet().removeAll(ofOthers);
    }

    private void noteSample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (sample.find()) {
            Set<String> labels = samples.computeIfAbsent(sample.group(1), key -> new HashSet<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
        }
    }

    private void noteFamily(String line) {
        Matcher type = TYPE.matcher(line);
        if (type.find()) {
            String name = type.group(1);
            Set<String> labels = new HashSet<>(samples.getOrDefault(name, Set.of()));
            labels.addAll(samples.getOrDefault(name + "_count", Set.of()));
            labels.remove(BUCKET);
            families.put(name, new Family(name, type.group(2), labels));
        }
    }

    String text() {
        return text;
    }

    /** The labels of each sample's name. */
    Map<String, Set<String>> samples() {
        return samples;
    }

    /** By name; the maxima that stand beside histograms and summaries are no families of their own. */
    Map<String, Family> families() {
        return families;
    }
}
