package io.tinysync.suites;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Takes a {@link Footprint.Sample} of the servers every few seconds, from a thread of its own. */
final class Sampler implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final HttpClient http;
    private final Deployment deployment;
    private final List<Footprint.Sample> samples = Collections.synchronizedList(new ArrayList<>());
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    private Sampler(HttpClient http, Deployment deployment) {
        this.http = http;
        this.deployment = deployment;
    }

    static Sampler start(HttpClient http, Deployment deployment) throws IOException, InterruptedException {
        Sampler sampler = new Sampler(http, deployment);
        // The first one says aloud if there are no metrics to be had.
        sampler.samples.add(Footprint.sample(http, deployment.urls(), deployment.adminToken()));
        var _ = sampler.clock.scheduleWithFixedDelay(
                sampler::take, PERIOD.toSeconds(), PERIOD.toSeconds(), TimeUnit.SECONDS);
        return sampler;
    }

    private void take() {
        try {
            samples.add(Footprint.sample(http, deployment.urls(), deployment.adminToken()));
        } catch (IOException e) {
            System.err.println("no metrics came: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    List<Footprint.Sample> samples() {
        return List.copyOf(samples);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
