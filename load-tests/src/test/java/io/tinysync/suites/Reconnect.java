package io.tinysync.suites;

import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.rampUsers;
import static io.gatling.javaapi.core.CoreDsl.rendezVous;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.ws;

import java.time.Duration;
import java.util.List;

/** All devices lose their sockets in one moment, open new ones at once, and ask the log what they have missed. The rate counts sockets. */
public final class Reconnect extends SuiteSimulation {

    static final int VAULTS = 10;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int SECONDS_A_LOSS = 5;

    public Reconnect() {
        List<LoadDevice> devices = plan.devices().subList(0, Math.toIntExact(plan.rate()));
        int losses = (int) Math.max(1, plan.seconds() / SECONDS_A_LOSS);
        run(
                List.of(scenario("devices")
                        .exec(withDevice(devices))
                        .exec(Requests.socket("socket"))
                        .exec(repeat(losses)
                                .on(pause(Duration.ofSeconds(1))
                                        .exec(rendezVous(devices.size()))
                                        .exec(ws("loss").close())
                                        .exec(Requests.socket("socket again"))
                                        .exec(Requests.page("log page"))))
                        .injectOpen(rampUsers(devices.size()).during(CONNECT))),
                holds());
    }
}
