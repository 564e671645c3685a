package io.tinysync.campaign.check;

import io.tinysync.campaign.history.HistoryEvent;
import io.tinysync.engine.protocol.DeviceId;

/**
 * A request that has no answer yet, with what was true when it was sent.
 *
 * @param event its number among the events
 * @param seenSeq the highest seq that anybody had seen: the request sees at least that
 * @param givenSeq the highest seq of an entry that its device had been given in a log page
 * @param highestAsked the highest request number that its device had used before
 * @param highestAnswered the highest of those that had been evaluated and answered
 */
record OpenRequest(
        HistoryEvent.Asked asked, long event, long seenSeq, long givenSeq, long highestAsked, long highestAnswered) {

    DeviceId device() {
        return asked.device();
    }
}
