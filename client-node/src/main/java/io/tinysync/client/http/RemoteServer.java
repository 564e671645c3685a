package io.tinysync.client.http;

import io.tinysync.client.state.ServerUrls;
import io.tinysync.engine.device.Answers;
import io.tinysync.engine.device.BlobRange;
import io.tinysync.engine.device.ByteSink;
import io.tinysync.engine.device.ServerPort;
import io.tinysync.engine.device.SnapshotSink;
import io.tinysync.engine.device.WakeListener;
import io.tinysync.engine.device.WakeSubscription;
import io.tinysync.engine.protocol.Content;
import io.tinysync.engine.protocol.Cursor;
import io.tinysync.engine.protocol.Json;
import io.tinysync.engine.protocol.Leaves;
import io.tinysync.engine.protocol.Management;
import io.tinysync.engine.protocol.MutationsReply;
import io.tinysync.engine.protocol.MutationsRequest;
import io.tinysync.engine.protocol.Problem;
import io.tinysync.engine.protocol.ProblemCode;
import io.tinysync.engine.protocol.ShortBlob;
import io.tinysync.engine.protocol.SnapshotHeader;
import io.tinysync.engine.protocol.VaultId;
import io.tinysync.engine.protocol.VaultStatus;
import io.tinysync.engine.tls.TrustedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/** One server, perhaps of several nodes, for one device. Calls run on threads of their own; nothing is shared between them but connections. */
public final class RemoteServer implements ServerPort, AutoCloseable {

    private volatile Servers servers;
    private final HttpTimes times;
    private final Calls calls;
    private final List<WakeSocket> sockets = new CopyOnWriteArrayList<>();

    /** Of a server that the Java runtime trusts, or that has no TLS. */
    public RemoteServer(ServerUrls urls, String token, HttpTimes times) {
        this(urls, token, TrustedCertificates.NONE, times);
    }

    /**
     * Of a server that need not be one that the Java runtime trusts.
     *
     * @param trusted certificates of the server, or of its authority, beside those of the Java runtime
     */
    public RemoteServer(ServerUrls urls, String token, TrustedCertificates trusted, HttpTimes times) {
        this.times = times;
        this.servers = new Servers(urls, token, client(trusted));
        this.calls = new Calls(times.silence(), () -> servers);
    }

    private HttpClient client(TrustedCertificates trusted) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(times.connect());
        trusted.applyTo(client);
        return client.build();
    }

    /** Goes on as another registration, perhaps elsewhere: from the next call on; open wake sockets are made anew at once. */
    public void use(ServerUrls urls, String token, TrustedCertificates trusted) {
        HttpClient before = servers.client();
        servers = new Servers(urls, token, client(trusted));
        sockets.forEach(WakeSocket::reconnect);
        before.shutdown();
    }

    /** The vaults that this device reaches; the stage fails with {@link AccessRefusedException} if the server refuses. */
    public CompletionStage<List<VaultStatus>> vaults() {
        return calls.start(call -> {
            try (Reply reply = call.send(call.address().vaults().GET())) {
                if (!reply.isSuccess()) {
                    throw new AccessRefusedException(
                            Reply.refused(reply.problem()).message());
                }
                return reply.read(Management.VaultList.class).vaults();
            }
        });
    }

    @Override
    public CompletionStage<Answers.Log> log(VaultId vaultId, Cursor after, int limit) {
        return calls.start(call -> {
            try (Reply reply =
                    call.send(call.address().log(vaultId, after, limit).GET())) {
                if (reply.isSuccess()) {
                    return new Answers.Page(Json.readLogPage(reply.body(), after));
                }
                Problem problem = reply.problem();
                return switch (problem.code()) {
                    case LOG_DIVERGED -> new Answers.Diverged();
                    case LOG_TRUNCATED -> new Answers.Truncated();
                    default -> Reply.refused(problem);
                };
            }
        });
    }

    @Override
    public CompletionStage<Answers.Snapshot> snapshot(VaultId vaultId, SnapshotSink sink) {
        return calls.start(call -> {
            HttpRequest.Builder request = call.address()
                    .snapshot(vaultId)
                    .header("Accept-Encoding", "gzip")
                    .GET();
            try (Reply reply = call.send(request)) {
                if (!reply.isSuccess()) {
                    return Reply.refused(reply.problem());
                }
                CountingSink counted = new CountingSink(sink);
                InputStream stream = reply.isGzip() ? new GZIPInputStream(reply.stream()) : reply.stream();
                SnapshotHeader header = new SnapshotReader(stream).readInto(counted);
                return new Answers.SnapshotComplete(header, counted.items());
            }
        });
    }

    @Override
    public CompletionStage<Answers.Mutations> mutations(
            VaultId vaultId, MutationsRequest request, List<ShortBlob> blobs) {
        return calls.start(call -> {
            HttpRequest.Builder post =
                    ShortBlobs.along(call.address().mutations(vaultId), request, blobs, call.guard());
            try (Reply reply = call.send(post)) {
                if (reply.isSuccess()) {
                    return new Answers.Results(reply.read(MutationsReply.class));
                }
                return notEvaluated(reply.problem());
            }
        });
    }

    private static Answers.Mutations notEvaluated(Problem problem) {
        Long highest = problem.highestRequestNo();
        if (problem.code() == ProblemCode.DEVICE_REWOUND && highest != null) {
            return new Answers.Rewound(highest);
        }
        return problem.code() == ProblemCode.LOG_DIVERGED ? new Answers.Diverged() : Reply.refused(problem);
    }

    @Override
    public CompletionStage<Answers.Upload> upload(VaultId vaultId, Content content, Path file) {
        Upload upload = new Upload(vaultId, content, file);
        return calls.start(upload::send);
    }

    @Override
    public CompletionStage<Answers.ShortUploads> uploadShort(VaultId vaultId, List<ShortBlob> blobs) {
        ShortBlobs shortBlobs = new ShortBlobs(vaultId);
        return calls.start(call -> shortBlobs.send(call, blobs));
    }

    @Override
    public CompletionStage<Answers.LeafList> leaves(VaultId vaultId, Content content) {
        return calls.start(call -> {
            try (Reply reply =
                    call.send(call.address().leaves(vaultId, content.sha256()).GET())) {
                if (reply.isSuccess()) {
                    return new Answers.Listed(Transfer.leavesOf(content, reply.read(Leaves.class)));
                }
                Problem problem = reply.problem();
                return problem.code() == ProblemCode.NOT_FOUND ? new Answers.Missing() : Reply.refused(problem);
            }
        });
    }

    @Override
    public CompletionStage<Answers.Download> download(
            VaultId vaultId, Content content, BlobRange range, ByteSink into) {
        return calls.start(call -> {
            HttpRequest.Builder get =
                    call.address().blob(vaultId, content.sha256()).GET();
            try (Reply reply = call.send(Transfer.asking(get, content, range))) {
                if (reply.isSuccess()) {
                    Transfer.requirePart(reply, content, range);
                    return new Answers.Received(Transfer.receive(reply.stream(), range, into));
                }
                Problem problem = reply.problem();
                return problem.code() == ProblemCode.NOT_FOUND ? new Answers.Missing() : Reply.refused(problem);
            }
        });
    }

    @Override
    public CompletionStage<List<ShortBlob>> readShort(VaultId vaultId, List<Content> contents) {
        ShortBlobs shortBlobs = new ShortBlobs(vaultId);
        return calls.start(call -> shortBlobs.fetch(call, contents));
    }

    @Override
    public WakeSubscription wakes(WakeListener listener) {
        WakeSocket socket = WakeSocket.open(() -> servers, times, listener);
        sockets.add(socket);
        return socket;
    }

    /** Ends what is under way; the stages of those calls fail. */
    @Override
    public void close() {
        calls.close();
        servers.client().shutdownNow();
    }

    /** The server was reached and does not let this device see what it asked for. */
    public static final class AccessRefusedException extends IOException {
        AccessRefusedException(String message) {
            super(message);
        }
    }
}
