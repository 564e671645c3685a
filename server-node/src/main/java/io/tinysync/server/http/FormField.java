package io.tinysync.server.http;

import io.tinysync.engine.protocol.ProblemCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Fields of a form as browsers send it ({@code application/x-www-form-urlencoded}). */
final class FormField {

    private FormField() {}

    /**
     * The first field of that name; empty text if there is none.
     *
     * @throws ProblemException {@code bad_request} if it is not encoded as it should be
     */
    static String value(String form, String name) {
        for (String field : form.split("&", -1)) {
            if (field.startsWith(name + "=")) {
                try {
                    return URLDecoder.decode(field.substring(name.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    throw new ProblemException(ProblemCode.BAD_REQUEST, "the form is not encoded as it should be");
                }
            }
        }
        return "";
    }
}
