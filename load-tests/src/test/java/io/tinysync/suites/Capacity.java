package io.tinysync.suites;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the steps of a run have shown, in one line. */
final class Capacity {

    private final Suite suite;
    private final List<StepResult> steps = new ArrayList<>();

    Capacity(Suite suite) {
        this.suite = suite;
    }

    void add(StepResult step) {
        steps.add(step);
    }

    /** The highest rate that held. */
    Optional<StepResult> held() {
        return steps.stream().filter(StepResult::held).max(Comparator.comparingLong(StepResult::rate));
    }

    private Optional<StepResult> gaveWay() {
        return steps.stream().filter(step -> !step.held()).min(Comparator.comparingLong(StepResult::rate));
    }

    /** How many requests failed, in all steps. */
    long failed() {
        return steps.stream().mapToLong(step -> step.all().failed()).sum();
    }

    /** For people and for {@code grep}: begins with {@code capacity}. */
    String line(String loadAverage) {
        return "capacity %s: %s; %s; %d failed; load average %s"
                .formatted(
                        suite.title(),
                        held().map(this::heldText).orElse("none, not even the first rate held"),
                        gaveWay().map(this::gaveWayText).orElse("nothing gave way in the time there was"),
                        failed(),
                        loadAverage);
    }

    private String heldText(StepResult step) {
        StepResult.Times all = step.all();
        return "%d %s held (%.0f requests/s, p50 %d ms, p95 %d ms, p99 %d ms)"
                .formatted(step.rate(), suite.unit(), all.perSecond(), all.p50Ms(), all.p95Ms(), all.p99Ms());
    }

    private String gaveWayText(StepResult step) {
        return "at %d gave way: %s".formatted(step.rate(), String.join("; ", step.broken()));
    }
}
