package io.tinysync.server;

import static io.tinysync.server.JsonMutations.pick;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.zip.GZIPOutputStream;

/** What can be wrong with a request beside its JSON: its line, its path, its headers, its length, and when it ends. */
final class WireMutations {

    private static final List<String> SEGMENTS = List.of(
            "..",
            ".",
            "%2e%2e",
            "%2e%2e%2f%2e%2e",
            "..%2f..%2fetc%2fpasswd",
            "%00",
            "%",
            "%zz",
            "%ff",
            "%c0%af",
            "%ed%a0%80",
            "",
            "\\..\\",
            "a;b=c",
            "*",
            "{vault_id}",
            "null",
            "-1",
            "0",
            "%F0%9F%98%80",
            "A".repeat(1_000),
            "x".repeat(9_000),
            "\u00fc",
            " ",
            "a b",
            "%20",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "0".repeat(64),
            "f".repeat(63));

    private static final List<String> QUERIES = List.of(
            "?",
            "?after=",
            "?after=1.1",
            "?after=-1.-1.x",
            "?after=99999999999999999999.1." + "0".repeat(32),
            "?limit=0",
            "?limit=-1",
            "?limit=2147483648",
            "?limit=1e3",
            "?limit=1&limit=2",
            "?%00=%00",
            "?=%",
            "?a[]=1&a=2",
            "?after=%zz",
            "?" + "a=b&".repeat(1_000),
            "?after=1.9007199254740993." + "0".repeat(32),
            "?after=9.9." + "0".repeat(32),
            "?after=\u00fc",
            "?after=%F0%9F",
            "#fragment");

    private static final List<String> HEADERS = List.of(
            "Authorization: Basic dXNlcjpwYXNz",
            "Authorization: Bearer",
            "Authorization: Bearer tsdev_",
            "Authorization: Bearer \u00fc",
            "Authorization: Bearer tsdev_00000000-0000-0000-0000-000000000000_" + "a".repeat(43),
            "Authorization: " + "x".repeat(7_000),
            "TinySync-Protocol: 2",
            "TinySync-Protocol: ",
            "TinySync-Protocol: 1, 1",
            "X-Request-Id: a b\tc",
            "X-Request-Id: " + "r".repeat(4_000),
            "Content-Type: text/plain",
            "Content-Type: application/json; charset=utf-7",
            "Content-Type: \u00fc",
            "Content-Type: a/b/c",
            "Content-Type: application/vnd.tinysync.mutations",
            "Content-Type: application/vnd.tinysync.blobs",
            "Content-Encoding: gzip",
            "Content-Encoding: br, deflate",
            "Accept: */*;q=2",
            "Accept-Encoding: identity;q=0",
            "Range: bytes=0-",
            "Range: bytes=-1",
            "Range: bytes=5-2",
            "Range: bytes=99999999999999999999-",
            "Range: bytes=0-0,1-1,2-2",
            "Range: lines=1-2",
            "If-Range: \"x\"",
            "Range: bytes=" + "0-0,".repeat(1_500) + "1-1",
            "Upload-Offset: -1",
            "Upload-Offset: 9223372036854775808",
            "Upload-Length: 0",
            "Upload-Length: 9007199254740993",
            "Upload-Length: x",
            "Expect: 100-continue",
            "Expect: the worst",
            "Connection: upgrade",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
            "Connection: close, keep-alive",
            "Cookie: a=b; c",
            "Cookie: " + "c=d; ".repeat(1_000),
            "traceparent: 00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-01",
            "traceparent: ff-xyz",
            "X-Forwarded-For: 1.2.3.4, evil",
            "Forwarded: for=\"[::1\"",
            "X-HTTP-Method-Override: DELETE",
            "Host: evil.example",
            "Host: ",
            "Host: a:b:c",
            "Origin: null",
            "If-None-Match: *",
            "Date: yesterday",
            "folded: a\r\n b",
            "no colon",
            ": no name",
            "bad name: x",
            "name\u0000: x",
            "value: \u0001\u007f",
            "x: " + "y".repeat(9_000),
            "Content-Length: 5, 6",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: xchunked",
            "TE: trailers",
            "Trailer: Host");

    private static final List<String> METHODS = List.of(
            "TRACE",
            "CONNECT",
            "OPTIONS",
            "PROPFIND",
            "get",
            "GET\t",
            "",
            "G\u00fcT",
            "X".repeat(100),
            "PATCH",
            "DELETE",
            "HEAD");

    private static final List<String> VERSIONS =
            List.of("HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.9", "HTCPCP/1.0", "", "HTTP/1.1 extra");

    private static final List<BiConsumer<WireRequest, Random>> KINDS = List.of(
            WireMutations::segment,
            WireMutations::segment,
            WireMutations::query,
            WireMutations::header,
            WireMutations::header,
            WireMutations::header,
            WireMutations::manyHeaders,
            WireMutations::withoutHeader,
            WireMutations::line,
            WireMutations::length,
            WireMutations::chunks,
            WireMutations::bomb,
            WireMutations::noise,
            WireMutations::cut);

    private static final byte[] BOMB = bomb();

    private WireMutations() {}

    /** 30 MB of nothing in 30 KB. */
    private static byte[] bomb() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(new byte[30 << 20]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static void mutate(WireRequest request, Random random) {
        pick(KINDS, random).accept(request, random);
    }

    private static void segment(WireRequest request, Random random) {
        String[] segments = request.target.split("/", -1);
        segments[random.nextInt(segments.length)] = pick(SEGMENTS, random);
        request.target = String.join("/", segments);
    }

    private static void query(WireRequest request, Random random) {
        request.target += pick(QUERIES, random);
    }

    private static void header(WireRequest request, Random random) {
        String line = pick(HEADERS, random);
        if (random.nextBoolean()) {
            request.dropHeader(line.split(":", 2)[0]);
        }
        request.headers.add(random.nextInt(request.headers.size() + 1), line);
    }

    private static void manyHeaders(WireRequest request, Random random) {
        int count = pick(List.of(20, 63, 65, 500), random);
        for (int i = 0; i < count; i++) {
            request.header("X-" + i, "v");
        }
    }

    private static void withoutHeader(WireRequest request, Random random) {
        if (!request.headers.isEmpty()) {
            request.headers.remove(random.nextInt(request.headers.size()));
        }
    }

    private static void line(WireRequest request, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> request.method = pick(METHODS, random);
            case 1 -> request.version = pick(VERSIONS, random);
            case 2 ->
                request.target = pick(
                        List.of("*", "", "http://evil.example" + request.target, "//" + request.target, "?", "/"),
                        random);
            default -> request.target = request.target + "/".repeat(1 + random.nextInt(3));
        }
    }

    /** Longer or shorter than the body: the rest is awaited, or is what the next request begins with. */
    private static void length(WireRequest request, Random random) {
        int length = request.body.length;
        String claimed = pick(
                List.of(
                        "" + (length + 1 + random.nextInt(100)),
                        "" + length / 2,
                        "-1",
                        "x",
                        "",
                        "+" + length,
                        "0x10",
                        "9".repeat(25),
                        "9000000000"),
                random);
        request.header("Content-Length", claimed);
        if (random.nextInt(4) == 0) {
            request.header("Content-Length", String.valueOf(length));
        }
        request.ended = true;
    }

    private static void chunks(WireRequest request, Random random) {
        request.header("Transfer-Encoding", "chunked");
        String text = new String(request.body, java.nio.charset.StandardCharsets.ISO_8859_1);
        request.body = RawConnection.ascii(
                switch (random.nextInt(7)) {
                    case 0 -> Integer.toHexString(text.length()) + "\r\n" + text + "\r\n0\r\n\r\n";
                    case 1 -> "ffffffffffffffff\r\n" + text;
                    case 2 -> "-1\r\n" + text;
                    case 3 -> "xyz\r\n" + text + "\r\n0\r\n\r\n";
                    case 4 -> "1;" + "ext=".repeat(3_000) + "\r\na\r\n0\r\n\r\n";
                    case 5 -> "1\r\na\r\n".repeat(2_000) + "0\r\n" + "Trailer: x\r\n".repeat(200) + "\r\n";
                    default -> Integer.toHexString(text.length() + 5) + "\r\n" + text;
                });
        if (random.nextInt(4) == 0) {
            request.header("Content-Length", String.valueOf(text.length()));
        }
        request.ended = true;
    }

    private static void bomb(WireRequest request, Random random) {
        request.header("Content-Encoding", "gzip");
        request.body = BOMB.clone();
    }

    private static void noise(WireRequest request, Random random) {
        byte[] noise = new byte[random.nextInt(2_000)];
        random.nextBytes(noise);
        request.body = noise;
    }

    private static void cut(WireRequest request, Random random) {
        request.sentBytes = random.nextInt(request.bytes().length + 1);
    }
}
