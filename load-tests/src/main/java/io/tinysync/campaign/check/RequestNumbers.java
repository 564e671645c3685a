package io.tinysync.campaign.check;

import io.tinysync.engine.protocol.DeviceId;
import java.util.HashMap;
import java.util.Map;

/** The highest request numbers of the devices of one vault. */
final class RequestNumbers {

    private static final long NONE = -1;

    private final Map<DeviceId, Long> asked = new HashMap<>();
    private final Map<DeviceId, Long> answered = new HashMap<>();

    void asked(DeviceId device, long requestNo) {
        asked.merge(device, requestNo, Math::max);
    }

    /** The request was evaluated, and its results have come. */
    void answered(DeviceId device, long requestNo) {
        answered.merge(device, requestNo, Math::max);
    }

    /** -1 if the device has asked nothing. */
    long highestAsked(DeviceId device) {
        return asked.getOrDefault(device, NONE);
    }

    /** -1 if none of the device's requests was answered. */
    long highestAnswered(DeviceId device) {
        return answered.getOrDefault(device, NONE);
    }
}
