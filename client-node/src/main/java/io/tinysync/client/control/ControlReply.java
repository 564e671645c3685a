package io.tinysync.client.control;

/**
 * The daemon's answer.
 *
 * @param status as in HTTP: 2xx with what to print, otherwise one line that says why not; 202 says that it is not done yet
 * @param json whether the text is a JSON document
 * @param text what to print
 */
public record ControlReply(int status, boolean json, String text) {

    public static ControlReply text(String text) {
        return new ControlReply(200, false, text);
    }

    public static ControlReply json(String document) {
        return new ControlReply(200, true, document);
    }

    /** Not yet done: the text says what is left. */
    public static ControlReply pending(String text) {
        return new ControlReply(202, false, text);
    }

    /** The request is understood and cannot be met. */
    public static ControlReply refused(String why) {
        return new ControlReply(409, false, why);
    }

    public static ControlReply notFound(String why) {
        return new ControlReply(404, false, why);
    }

    public static ControlReply badRequest(String why) {
        return new ControlReply(400, false, why);
    }

    public boolean isDone() {
        return status == 200;
    }

    public boolean isPending() {
        return status == 202;
    }
}
