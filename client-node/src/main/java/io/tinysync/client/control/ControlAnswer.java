package io.tinysync.client.control;

/**
 * A daemon's {@link ControlReply} as it arrived, whole.
 *
 * @param text without the line end at its end
 */
public record ControlAnswer(int status, boolean json, String text) {

    public boolean isDone() {
        return status == 200;
    }

    public boolean isPending() {
        return status == 202;
    }
}
