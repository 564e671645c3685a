package io.tinysync.suites;

import io.gatling.charts.stats.GeneralStats;
import io.gatling.charts.stats.LogFileData;
import io.gatling.charts.stats.LogFileReader;
import io.gatling.charts.stats.RequestStatsPath;
import io.gatling.commons.stats.KO$;
import io.gatling.commons.stats.Status;
import io.gatling.core.config.GatlingConfiguration;
import io.gatling.shared.model.assertion.AssertionMessage;
import io.gatling.shared.model.assertion.AssertionResult;
import io.gatling.shared.model.assertion.AssertionValidator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What Gatling has measured of a step.
 *
 * @param all of all requests together
 * @param kinds of each kind
 * @param broken the assertions that did not hold, each with what was measured
 * @param page the report for people
 */
record StepResult(long rate, Times all, List<Times> kinds, List<String> broken, String page) {

    StepResult {
        kinds = List.copyOf(kinds);
        broken = List.copyOf(broken);
    }

    /** Response times of the requests of one name, in ms. */
    record Times(String name, long requests, long failed, int p50Ms, int p95Ms, int p99Ms, double perSecond) {

        private static Times of(String name, GeneralStats stats, long failed) {
            return new Times(
                    name,
                    stats.count(),
                    failed,
                    percentile(stats, 50),
                    percentile(stats, 95),
                    percentile(stats, 99),
                    stats.meanRequestsPerSec());
        }

        private static int percentile(GeneralStats stats, double rank) {
            return (Integer) stats.percentile().apply(rank);
        }
    }

    /**
     * Reads the folder of Gatling's report: its own record of all requests. Only where Gatling may look into
     * {@code java.lang}.
     */
    static StepResult read(long rate, Path report) {
        LogFileData data =
                new LogFileReader(report.resolve("simulation.log").toFile(), GatlingConfiguration.load()).read();
        List<Times> kinds = new ArrayList<>();
        for (var path : CollectionConverters.asJava(data.statsPaths())) {
            if (path instanceof RequestStatsPath request) {
                kinds.add(times(data, request.request(), Option.apply(request.request())));
            }
        }
        kinds.sort(Comparator.comparing(Times::name));
        Times all = times(data, "all", Option.empty());
        return new StepResult(
                rate, all, kinds, broken(data), report.resolve("index.html").toString());
    }

    private static Times times(LogFileData data, String name, Option<String> request) {
        Status failure = KO$.MODULE$;
        Option<GeneralStats> failed = data.requestGeneralStats(request, Option.empty(), Option.apply(failure));
        GeneralStats stats = data.requestGeneralStats(request, Option.empty(), Option.empty())
                .get();
        return Times.of(name, stats, failed.isEmpty() ? 0 : failed.get().count());
    }

    private static List<String> broken(LogFileData data) {
        List<String> broken = new ArrayList<>();
        for (AssertionResult result :
                CollectionConverters.asJava(new AssertionValidator(data).validateAssertions(data.assertions()))) {
            if (!result.success()) {
                broken.add(text(result));
            }
        }
        return broken;
    }

    private static String text(AssertionResult result) {
        String measured = result instanceof AssertionResult.Resolved resolved
                ? " (it was " + Math.round(resolved.actualValue()) + ")"
                : " (nothing was measured)";
        return AssertionMessage.message(result.assertion()) + measured;
    }

    boolean held() {
        return broken.isEmpty();
    }
}
