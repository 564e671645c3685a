package io.tinysync.suites;

import static io.gatling.javaapi.core.CoreDsl.doIf;
import static io.gatling.javaapi.core.CoreDsl.during;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A day of a fleet, in minutes: devices have a socket and mostly wait; now and then one saves a few files in a row, looks through its vaults
 * or opens files of others. Whoever is woken follows the log. The rate counts devices.
 */
public final class DeviceFleet extends SuiteSimulation {

    static final int DEVICES_A_VAULT = 5;
    static final int CONTENT_BYTES = 32 << 10;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    private static final int LONGEST_BURST = 6;
    private static final int OPENED = 3;

    public DeviceFleet() {
        List<LoadDevice> devices = plan.devices().subList(0, Math.toIntExact(plan.rate()));
        run(
                List.of(scenario("devices")
                        .exec(withDevice(devices))
                        .exec(Requests.socket("socket"))
                        .exec(during(Duration.ofSeconds(plan.seconds())).on(moment()))
                        .injectOpen(rampUsers(devices.size()).during(CONNECT))),
                holds());
    }

    private static ChainBuilder moment() {
        return pause(Duration.ZERO, LONGEST_PAUSE)
                .exec(Requests.hearWakes())
                .exec(follow())
                .exec(randomSwitch()
                        .on(
                                percent(15.0).then(burst()),
                                percent(10.0).then(exec(Requests.vaults("browse, vaults"))),
                                percent(10.0).then(open())));
    }

    private static ChainBuilder follow() {
        return doIf(session -> Requests.device(session).isBehind()).then(exec(Requests.page("log page")));
    }

    private static ChainBuilder burst() {
        return repeat(_ -> ThreadLocalRandom.current().nextInt(1, LONGEST_BURST + 1))
                .on(exec(Requests.upload("save, blob", CONTENT_BYTES)).exec(Requests.save("save, mutation")));
    }

    private static ChainBuilder open() {
        return repeat(OPENED).on(exec(Requests.download("open", LoadDevice::shown)));
    }
}
