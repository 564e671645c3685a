package io.tinysync.engine.blob;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Stands between an HTTP client and a server, one request a connection, and does to the requests that fit what networks and servers
 * do. It counts what it did, so that a test can show that its fault hit.
 */
public final class FaultyProxy implements AutoCloseable {

    /** What befalls a request. */
    public enum Fault {
        /** It is passed on. */
        NONE,
        /** The answer is 500, the server never hears of it. */
        ERROR_500,
        /** The answer is 503 SlowDown. */
        SLOW_DOWN,
        /** It is passed on once {@link #release} is called. */
        HELD,
        /** No answer comes, the connection stays. */
        SILENCE,
        /** The connection is cut after half of the request's body. */
        CUT_REQUEST,
        /** The server carries it out, and the connection is cut instead of the answer. */
        LOST_ANSWER,
        /** The connection is cut after half of the answer's body. */
        CUT_ANSWER,
        /** Half of the answer's body comes as if it were all. */
        SHORT_ANSWER,
        /** One byte of the request's body is another. */
        FLIPPED_REQUEST,
        /** The answer has another ETag, in its head and its body. */
        WRONG_ETAG
    }

    private final ServerSocket socket;
    private final int target;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> hits = new CopyOnWriteArrayList<>();
    private volatile Predicate<String> wanted = line -> false;
    private volatile Fault fault = Fault.NONE;
    private volatile int left;
    private volatile boolean down;
    private volatile CountDownLatch released = new CountDownLatch(0);

    private FaultyProxy(ServerSocket socket, int target) {
        this.socket = socket;
        this.target = target;
    }

    public static FaultyProxy to(int port) throws IOException {
        FaultyProxy proxy = new FaultyProxy(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), port);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** From now on the next so many requests whose first line has the text meet this fault. */
    public synchronized void next(int count, Fault what, String text) {
        hits.clear();
        wanted = line -> line.contains(text);
        released = new CountDownLatch(what == Fault.HELD ? 1 : 0);
        fault = what;
        left = count;
    }

    /** Lets the requests go that are held, and holds no more. */
    public synchronized void release() {
        left = 0;
        released.countDown();
    }

    /** Connections are refused from now on, or taken again. */
    public void down(boolean isDown) throws IOException {
        down = isDown;
        if (isDown) {
            for (Socket each : open) {
                each.close();
            }
        }
    }

    /** The first lines of the requests that met the fault. */
    public List<String> hits() {
        return List.copyOf(hits);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        open.add(client);
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            open.add(server);
            if (!down) {
                exchange(client, server);
            }
            open.remove(server);
        } catch (IOException e) {
            // A cut connection is what this class is for.
        } finally {
            open.remove(client);
        }
    }

    private void exchange(Socket client, Socket server) throws IOException {
        InputStream fromClient = new BufferedInputStream(client.getInputStream(), 1 << 16);
        Head request = Head.read(fromClient);
        Fault now = fault(request.first());
        switch (now) {
            case ERROR_500 -> answer(client, fromClient, request, "500 Internal Server Error", "InternalError");
            case SLOW_DOWN -> answer(client, fromClient, request, "503 Slow Down", "SlowDown");
            case SILENCE -> fromClient.transferTo(OutputStream.nullOutputStream());
            case HELD -> passLater(client, fromClient, request);
            case NONE, CUT_REQUEST, LOST_ANSWER, CUT_ANSWER, SHORT_ANSWER, FLIPPED_REQUEST, WRONG_ETAG ->
                pass(now, client, server, fromClient, request);
        }
    }

    /** On a connection of its own: the first one may be too old by then. */
    private void passLater(Socket client, InputStream fromClient, Head request) throws IOException {
        await(released);
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            pass(Fault.NONE, client, server, fromClient, request);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException("the proxy is closed", e);
        }
    }

    private synchronized Fault fault(String line) {
        if (left > 0 && wanted.test(line)) {
            left--;
            hits.add(line);
            return fault;
        }
        return Fault.NONE;
    }

    private static void answer(Socket client, InputStream body, Head request, String status, String code)
            throws IOException {
        copy(body, OutputStream.nullOutputStream(), request.length(), -1);
        String xml = "<?xml version=\"1.0\"?><Error><Code>" + code
                + "</Code><Message>made up</Message><RequestId>1</RequestId><Resource>/</Resource></Error>";
        client.getOutputStream()
                .write(("HTTP/1.1 " + status
                                + "\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
                                + xml.length() + "\r\n\r\n" + (request.first().startsWith("HEAD") ? "" : xml))
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private static void pass(Fault now, Socket client, Socket server, InputStream fromClient, Head request)
            throws IOException {
        OutputStream toServer = server.getOutputStream();
        toServer.write(request.with("Connection", "close").bytes());
        long half = request.length() / 2;
        long cut = now == Fault.CUT_REQUEST ? half : request.length();
        copy(fromClient, toServer, cut, now == Fault.FLIPPED_REQUEST ? half : -1);
        toServer.flush();
        if (now == Fault.CUT_REQUEST) {
            return;
        }
        InputStream fromServer = new BufferedInputStream(server.getInputStream(), 1 << 16);
        Head answer = Head.read(fromServer);
        while (answer.first().contains(" 100 ")) {
            answer = Head.read(fromServer);
        }
        if (now == Fault.LOST_ANSWER) {
            return;
        }
        boolean hasBody = !request.first().startsWith("HEAD");
        byte[] whole = now == Fault.WRONG_ETAG && hasBody ? fromServer.readAllBytes() : new byte[0];
        if (now == Fault.WRONG_ETAG) {
            answer = answer.with("ETag", "\"00000000000000000000000000000000\"");
            whole = new String(whole, StandardCharsets.ISO_8859_1)
                    .replaceAll("(?<=ETag>)[^<]*", "00000000000000000000000000000000-1")
                    .getBytes(StandardCharsets.ISO_8859_1);
            if (answer.length() > 0) {
                answer = answer.with("Content-Length", String.valueOf(whole.length));
            }
        }
        long answerHalf = answer.length() / 2;
        if (now == Fault.SHORT_ANSWER) {
            answer = answer.with("Content-Length", String.valueOf(answerHalf));
        }
        OutputStream toClient = client.getOutputStream();
        toClient.write(answer.with("Connection", "close").bytes());
        toClient.write(whole);
        long wanted = now == Fault.CUT_ANSWER || now == Fault.SHORT_ANSWER ? answerHalf : Long.MAX_VALUE;
        copy(fromServer, toClient, hasBody ? wanted : 0, -1);
        toClient.flush();
    }

    /** At most so many bytes, and one of them another. */
    private static void copy(InputStream from, OutputStream to, long most, long flipped) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long done = 0;
        while (done < most) {
            int length = from.read(buffer, 0, (int) Math.min(buffer.length, most - done));
            if (length < 0) {
                return;
            }
            if (flipped >= done && flipped < done + length) {
                buffer[(int) (flipped - done)]++;
            }
            to.write(buffer, 0, length);
            to.flush();
            done += length;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket each : open) {
            each.close();
        }
        threads.shutdownNow();
    }

    /** A message's first line and headers. */
    private record Head(String first, List<String> headers) {

        static Head read(InputStream from) throws IOException {
            String first = line(from);
            if (first.isEmpty()) {
                throw new IOException("the connection has ended");
            }
            List<String> headers = new ArrayList<>();
            for (String line = line(from); !line.isEmpty(); line = line(from)) {
                headers.add(line);
            }
            return new Head(first, headers);
        }

        private static String line(InputStream from) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = from.read(); next >= 0 && next != '\n'; next = from.read()) {
                if (next != '\r') {
                    line.write(next);
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        long length() {
            return headers.stream()
                    .filter(header -> header.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                    .mapToLong(header -> Long.parseLong(header.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
        }

        Head with(String name, String value) {
            List<String> changed = new ArrayList<>(headers);
            changed.removeIf(header -> header.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"));
            changed.add(name + ": " + value);
            return new Head(first, changed);
        }

        byte[] bytes() {
            return (first + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
