package io.tinysync.suites;

import java.util.List;

/** New devices fetch the snapshots of large vaults. The rate counts snapshots. */
public final class Bootstrap extends SuiteSimulation {

    static final int VAULTS = 2;
    static final int DEVICES = 16;

    public Bootstrap() {
        sendAtRate(List.of(new Kind(
                "snapshot", 1, plan.devices(), Requests.snapshot("snapshot").toChainBuilder())));
    }
}
