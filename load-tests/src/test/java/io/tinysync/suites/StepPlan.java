package io.tinysync.suites;

import io.tinysync.engine.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the JVM of one step is told.
 *
 * @param urls of the servers; each device keeps to one
 * @param rate in the suite's unit
 * @param seconds how long requests are begun
 * @param p99Ms the longest 99th percentile with which the step holds
 * @param only the kinds of request to leave in; all if empty
 */
record StepPlan(List<String> urls, long rate, long seconds, int p99Ms, List<String> only, List<LoadVault> vaults) {

    /** Names the file that holds the plan. */
    static final String PROPERTY = "tinysync.step";

    StepPlan {
        urls = List.copyOf(urls);
        only = List.copyOf(only);
        vaults = List.copyOf(vaults);
    }

    /** The plan of the step that this JVM is for. */
    static StepPlan ofThisJvm() {
        try {
            return Json.read(Files.readAllBytes(Path.of(System.getProperty(PROPERTY))), StepPlan.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the step's plan cannot be read", e);
        }
    }

    /** The devices of some of the vaults, in an order that goes round the vaults. */
    List<LoadDevice> devices(int fromVault, int toVault) {
        List<LoadDevice> devices = new ArrayList<>();
        int most =
                vaults.stream().mapToInt(vault -> vault.tokens().size()).max().orElse(0);
        for (int i = 0; i < most; i++) {
            for (LoadVault vault : vaults.subList(fromVault, toVault)) {
                if (i < vault.tokens().size()) {
                    String url = urls.get(devices.size() % urls.size());
                    devices.add(new LoadDevice(url, vault, vault.tokens().get(i)));
                }
            }
        }
        return devices;
    }

    /** All devices. */
    List<LoadDevice> devices() {
        return devices(0, vaults.size());
    }
}
