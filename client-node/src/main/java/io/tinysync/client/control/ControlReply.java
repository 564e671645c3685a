package io.tinysync.client.control;

import java.io.IOException;
import java.io.Writer;

/**
 * The daemon's answer.
 *
 * @param status as in HTTP: 200 with what to print, 202 with what is left where it is not done yet, otherwise one line that says
 *     why not
 * @param json whether the text is a JSON document
 * @param body what to print, ended by a line end
 */
public record ControlReply(int status, boolean json, Body body) {

    /** Text that is made while it is sent, so that it may be long. */
    public interface Body {
        void writeTo(Writer out) throws IOException;
    }

    public static ControlReply text(String text) {
        return new ControlReply(200, false, line(text));
    }

    public static ControlReply text(Body body) {
        return new ControlReply(200, false, body);
    }

    public static ControlReply json(String document) {
        return new ControlReply(200, true, line(document));
    }

    public static ControlReply json(Body document) {
        return new ControlReply(200, true, document);
    }

    /** Not yet done: the text says what is left. */
    public static ControlReply pending(String text) {
        return new ControlReply(202, false, line(text));
    }

    /** The request is understood and cannot be met. */
    public static ControlReply refused(String why) {
        return new ControlReply(409, false, line(why));
    }

    public static ControlReply notFound(String why) {
        return new ControlReply(404, false, line(why));
    }

    public static ControlReply badRequest(String why) {
        return new ControlReply(400, false, line(why));
    }

    /** A fault of the daemon's own. */
    static ControlReply fault(String why) {
        return new ControlReply(500, false, line(why));
    }

    private static Body line(String text) {
        return out -> out.append(text.stripTrailing()).append('\n');
    }
}
