package io.tinysync.suites;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.dummy;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pace;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.PopulationBuilder;
import java.time.Duration;
import java.util.List;

/**
 * One device commits to a vault, all others have a socket, are woken, and fetch a page of the log. The rate counts commits. The time from
 * commit to wake is that from before the request was sent (the entry's mtime) until the wake had come, for the newest wake each time that a
 * device looks.
 */
public final class WakeFanOut extends SuiteSimulation {

    static final int DEVICES = 200;

    /** How often a device looks whether a wake has come; the time of its coming is taken before. */
    static final Duration LOOK = Duration.ofMillis(50);

    private static final Duration CONNECT = Duration.ofSeconds(5);

    public WakeFanOut() {
        List<LoadDevice> devices = plan.devices();
        run(List.of(committing(devices.subList(0, 1)), listening(devices.subList(1, devices.size()))), holds());
    }

    private PopulationBuilder committing(List<LoadDevice> one) {
        Duration interval = Duration.ofNanos(1_000_000_000L / plan.rate());
        return scenario("committing")
                .exec(withDevice(one))
                .exec(pause(CONNECT.plusSeconds(1)))
                .exec(during(Duration.ofSeconds(plan.seconds()))
                        .on(pace(interval).exec(Requests.mutations("commit", device -> List.of(device.stamp())))))
                .injectOpen(atOnceUsers(1));
    }

    private PopulationBuilder listening(List<LoadDevice> devices) {
        return scenario("listening")
                .exec(withDevice(devices))
                .exec(Requests.socket("socket"))
                .exec(during(CONNECT.plusSeconds(plan.seconds() + 2))
                        .on(pause(LOOK)
                                .exec(Requests.hearWakes())
                                .exec(doIf(session -> Requests.device(session).isBehind())
                                        .then(exec(Requests.page("log page"))
                                                .exec(dummy(
                                                        "commit to wake",
                                                        session -> Requests.device(session)
                                                                .commitToWakeMs()))
                                                .exec(dummy(
                                                        "commit to log page",
                                                        session -> Requests.device(session)
                                                                .commitToNowMs()))))))
                .injectOpen(rampUsers(devices.size()).during(CONNECT));
    }
}
