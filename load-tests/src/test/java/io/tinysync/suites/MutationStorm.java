package io.tinysync.suites;

import io.gatling.javaapi.core.ChainBuilder;
import java.util.List;

/** Mutations and nothing else: in one hot vault and in many, single ops and batches of 16. The rate counts requests. */
public final class MutationStorm extends SuiteSimulation {

    static final int VAULTS = 16;

    /** Devices for each of the two kinds in the hot vault. */
    static final int HOT_DEVICES = 16;

    private static final int BATCH = 16;

    public MutationStorm() {
        List<LoadDevice> hot = plan.devices(0, 1);
        List<LoadDevice> many = plan.devices(1, plan.vaults().size());
        sendAtRate(List.of(
                kind("hot single", hot.subList(0, HOT_DEVICES), 1),
                kind("hot batch", hot.subList(HOT_DEVICES, hot.size()), BATCH),
                kind("many single", many.subList(0, VAULTS), 1),
                kind("many batch", many.subList(VAULTS, many.size()), BATCH)));
    }

    private static Kind kind(String name, List<LoadDevice> devices, int ops) {
        ChainBuilder request =
                Requests.mutations(name, device -> device.changeFolders(ops)).toChainBuilder();
        return new Kind(name, 1, devices, request);
    }
}
