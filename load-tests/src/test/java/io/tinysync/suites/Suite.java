package io.tinysync.suites;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The load suites: what each needs, where its rate begins, and what it must hold. */
enum Suite {
    DEVICE_FLEET(DeviceFleet.class, "devices", 25, 2000, 30),
    MUTATION_STORM(MutationStorm.class, "requests/s", 100, 1000, 20),
    BLOB_TRAFFIC(BlobTraffic.class, "requests/s", 20, 3000, 20),
    WAKE_FAN_OUT(WakeFanOut.class, "commits/s", 2, 2000, 20),
    BOOTSTRAP(Bootstrap.class, "snapshots/s", 1, 5000, 20),
    RECONNECT(Reconnect.class, "sockets", 50, 5000, 20),
    SOAK(DeviceFleet.class, "devices", 20, 2000, 60);

    /** Enough for the largest fleet, whose vaults are then larger. */
    private static final int MOST_VAULTS = 50;

    private static final int LARGE_VAULT_ITEMS = 20_000;

    private final Class<? extends SuiteSimulation> simulation;
    private final String unit;
    private final long firstRate;
    private final int p99Ms;
    private final long stepSeconds;

    Suite(Class<? extends SuiteSimulation> simulation, String unit, long firstRate, int p99Ms, long stepSeconds) {
        this.simulation = simulation;
        this.unit = unit;
        this.firstRate = firstRate;
        this.p99Ms = p99Ms;
        this.stepSeconds = stepSeconds;
    }

    /**
     * What a step finds.
     *
     * @param devices how many reach each vault
     * @param contents sizes, in bytes, of the files of each vault
     * @param items empty files, beside, in each vault
     */
    record Shape(List<Integer> devices, List<Integer> contents, int items) {
        Shape {
            devices = List.copyOf(devices);
            contents = List.copyOf(contents);
        }
    }

    private static Shape fleet(long devices) {
        return new Shape(
                spread(devices, DeviceFleet.DEVICES_A_VAULT), Collections.nCopies(4, DeviceFleet.CONTENT_BYTES), 0);
    }

    private static Shape storm() {
        List<Integer> devices = new ArrayList<>(Collections.nCopies(1 + MutationStorm.VAULTS, 2));
        devices.set(0, 2 * MutationStorm.HOT_DEVICES);
        return new Shape(devices, List.of(), 0);
    }

    private static Shape blobs() {
        return new Shape(List.of(BlobTraffic.DEVICES), List.of(BlobTraffic.SMALL_BYTES, BlobTraffic.LARGE_BYTES), 0);
    }

    private static Shape fanOut() {
        return new Shape(List.of(WakeFanOut.DEVICES), List.of(), 0);
    }

    private static Shape bootstrap() {
        return new Shape(
                Collections.nCopies(Bootstrap.VAULTS, Bootstrap.DEVICES / Bootstrap.VAULTS),
                List.of(),
                LARGE_VAULT_ITEMS);
    }

    private static Shape reconnect(long devices) {
        return new Shape(spread(devices, (int) Math.ceilDiv(devices, Reconnect.VAULTS)), List.of(), 0);
    }

    /** At least so many devices, evenly, in as many vaults as that takes; a larger number never has fewer in a vault. */
    private static List<Integer> spread(long devices, int each) {
        int vaults = (int) Math.min(MOST_VAULTS, Math.ceilDiv(devices, each));
        return Collections.nCopies(vaults, (int) Math.ceilDiv(devices, vaults));
    }

    /** By the name that the command line has for it. */
    static Optional<Suite> named(String name) {
        return Arrays.stream(values())
                .filter(suite -> suite.title().equals(name))
                .findFirst();
    }

    static String titles() {
        return Arrays.stream(values()).map(Suite::title).collect(Collectors.joining(", "));
    }

    String title() {
        return this == SOAK ? "Soak" : simulation.getSimpleName();
    }

    Class<? extends SuiteSimulation> simulation() {
        return simulation;
    }

    String unit() {
        return unit;
    }

    long firstRate() {
        return firstRate;
    }

    int p99Ms() {
        return p99Ms;
    }

    /** How long the requests of one step go on by themselves. */
    Duration stepLength() {
        return Duration.ofSeconds(stepSeconds);
    }

    Shape shape(long rate) {
        return switch (this) {
            case DEVICE_FLEET, SOAK -> fleet(rate);
            case MUTATION_STORM -> storm();
            case BLOB_TRAFFIC -> blobs();
            case WAKE_FAN_OUT -> fanOut();
            case BOOTSTRAP -> bootstrap();
            case RECONNECT -> reconnect(rate);
        };
    }
}
