package io.tinysync.suites;

import io.tinysync.engine.protocol.Content;
import java.util.Comparator;
import java.util.List;

/** Blobs of 4 KiB and of 8 MiB, up and down, and ranges of 1 MiB. The rate counts requests. */
public final class BlobTraffic extends SuiteSimulation {

    static final int SMALL_BYTES = 4 << 10;
    static final int LARGE_BYTES = 8 << 20;
    static final int DEVICES = 48;

    private static final int RANGE_BYTES = 1 << 20;

    public BlobTraffic() {
        List<LoadDevice> devices = plan.devices();
        sendAtRate(List.of(
                new Kind("small up", 40, devices.subList(0, 16), Requests.upload("small up", SMALL_BYTES)),
                new Kind(
                        "small down", 40, devices.subList(16, 32), Requests.download("small down", BlobTraffic::small)),
                new Kind(
                        "range", 10, devices.subList(32, 40), Requests.range("range", BlobTraffic::large, RANGE_BYTES)),
                new Kind("large up", 5, devices.subList(40, 44), Requests.upload("large up", LARGE_BYTES)),
                new Kind(
                        "large down",
                        5,
                        devices.subList(44, DEVICES),
                        Requests.download("large down", BlobTraffic::large))));
    }

    private static Content small(LoadDevice device) {
        return device.vault().contents().stream()
                .min(Comparator.comparingLong(Content::size))
                .orElseThrow();
    }

    private static Content large(LoadDevice device) {
        return device.vault().contents().stream()
                .max(Comparator.comparingLong(Content::size))
                .orElseThrow();
    }
}
