package io.tinysync.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A request on its way to being bytes, which need not be HTTP any more then. For one thread. */
final class WireRequest {

    String method;
    String target;
    String version = "HTTP/1.1";

    /** Lines without their ends. */
    final List<String> headers = new ArrayList<>();

    byte[] body = {};

    /** How much of it is sent before the connection is closed; all, and then its answer is awaited, if this is negative. */
    int sentBytes = -1;

    /** Whether the sender says, after all this, that nothing more comes. */
    boolean ended;

    WireRequest(String method, String target) {
        this.method = method;
        this.target = target;
    }

    void header(String name, String value) {
        headers.add(name + ": " + value);
    }

    void dropHeader(String name) {
        headers.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"));
    }

    private boolean has(String name) {
        return headers.stream().anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith(name));
    }

    /** With a length, if nothing says how long the body is. */
    byte[] bytes() {
        boolean measured = has("content-length") || has("transfer-encoding");
        StringBuilder head = new StringBuilder(method + " " + target + " " + version + "\r\n");
        headers.forEach(line -> head.append(line).append("\r\n"));
        if (!measured && body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** For a person who looks for what went wrong. */
    @Override
    public String toString() {
        String text = new String(bytes(), StandardCharsets.ISO_8859_1);
        String shown = text.length() > 3_000 ? text.substring(0, 3_000) + "… " + text.length() + " bytes" : text;
        return shown.replace("\r", "\\r").replaceAll("[^\\x20-\\x7e\n]", "?")
                + (sentBytes < 0 ? "" : "\n(cut after " + sentBytes + " bytes)")
                + (ended ? "\n(ended)" : "");
    }
}
