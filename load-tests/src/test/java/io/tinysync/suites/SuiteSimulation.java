package io.tinysync.suites;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One step of a suite: devices that each do one thing after the other. */
abstract class SuiteSimulation extends Simulation {

    /** Less than this of what was to be sent means that the rate was not reached. */
    private static final double REACHED = 0.85;

    /** After the last request was begun. */
    private static final Duration END = Duration.ofSeconds(90);

    private static final int WAKES_KEPT = 256;

    final StepPlan plan = StepPlan.ofThisJvm();

    /**
     * Requests of one kind.
     *
     * @param weight its part of the rate, beside those of the others
     * @param devices that may send it; each has one request under way at a time
     */
    record Kind(String name, double weight, List<LoadDevice> devices, ChainBuilder request) {}

    /** Sends each kind at its part of the rate; holds if the rate is reached, nothing fails, and the 99th percentile is short. */
    final void sendAtRate(List<Kind> all) {
        List<Kind> kinds = all.stream()
                .filter(kind -> plan.only().isEmpty() || plan.only().contains(kind.name()))
                .toList();
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("none of the kinds is " + plan.only() + ": "
                    + all.stream().map(Kind::name).toList());
        }
        double weights = kinds.stream().mapToDouble(Kind::weight).sum();
        List<PopulationBuilder> populations = new ArrayList<>();
        kinds.forEach(kind -> populations.add(atRate(kind, plan.rate() * kind.weight() / weights)));
        List<Assertion> assertions = new ArrayList<>(holds());
        assertions.add(global().successfulRequests().count().gte((long) (REACHED * plan.rate() * plan.seconds())));
        run(populations, assertions);
    }

    /** As many devices as the rate needs at one request a second each, or else all of them, faster. */
    private PopulationBuilder atRate(Kind kind, double perSecond) {
        int users = Math.clamp(Math.round(perSecond), 1, kind.devices().size());
        Duration interval = Duration.ofNanos((long) (users / perSecond * 1e9));
        return scenario(kind.name())
                .exec(withDevice(kind.devices().subList(0, users)))
                .exec(pause(Duration.ZERO, interval))
                .exec(during(Duration.ofSeconds(plan.seconds()))
                        .on(pace(interval).exec(kind.request())))
                .injectOpen(atOnceUsers(users));
    }

    /** Gives each virtual user a device of its own. */
    static ChainBuilder withDevice(List<LoadDevice> devices) {
        return feed(devices.stream()
                .map(device -> Map.<String, Object>of(Requests.DEVICE, device))
                .iterator());
    }

    /** What every step is held to. */
    final List<Assertion> holds() {
        return List.of(
                global().failedRequests().count().is(0L),
                global().responseTime().percentile(99).lte(plan.p99Ms()));
    }

    final void run(List<PopulationBuilder> populations, List<Assertion> assertions) {
        setUp(populations)
                .protocols(protocol())
                .assertions(assertions)
                .maxDuration(Duration.ofSeconds(plan.seconds()).plus(END));
    }

    private static HttpProtocolBuilder protocol() {
        return http.header("TinySync-Protocol", "1")
                .userAgentHeader("tinysync-load")
                .disableCaching()
                .disableFollowRedirect()
                .disableAutoReferer()
                .disableAutoOrigin()
                .wsUnmatchedInboundMessageBufferSize(WAKES_KEPT);
    }
}
