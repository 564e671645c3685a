package io.tinysync.engine.blob;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** A real S3 server over a directory, which takes requests signed by Signature V4 alone. */
public final class S3Server implements AutoCloseable {

    public static final String BUCKET = "vault-blobs";
    public static final String ACCESS_KEY = "AKIATINYSYNC";
    public static final String SECRET_KEY = "a secret of forty characters 0123456789a";

    private final Path directory;
    private final AuthenticationType authentication;
    private final int port;
    private S3Proxy proxy;

    private S3Server(Path directory, AuthenticationType authentication, S3Proxy proxy) {
        this.port = proxy.getPort();
        this.directory = directory;
        this.authentication = authentication;
        this.proxy = proxy;
    }

    /** Starts a server with an empty bucket. */
    public static S3Server start(Path directory) throws Exception {
        return start(directory, AuthenticationType.AWS_V4);
    }

    /** One that stores whatever comes, also where the signature says that other bytes were sent. */
    static S3Server startCareless(Path directory) throws Exception {
        return start(directory, AuthenticationType.NONE);
    }

    private static S3Server start(Path directory, AuthenticationType authentication) throws Exception {
        Files.createDirectories(directory.resolve(BUCKET));
        return new S3Server(directory, authentication, launch(directory, authentication, 0));
    }

    private static S3Proxy launch(Path directory, AuthenticationType authentication, int port) throws Exception {
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(authentication, ACCESS_KEY, SECRET_KEY)
                .v4MaxNonChunkedRequestSize(64 << 20)
                .ignoreUnknownHeaders(true)
                .build();
        proxy.start();
        return proxy;
    }

    /** Ends it, with what is under way; its objects stay. */
    public void stop() throws Exception {
        proxy.stop();
    }

    /** After {@link #stop}, at the same port. */
    public void startAgain() throws Exception {
        proxy = launch(directory, authentication, port);
    }

    public int port() {
        return port;
    }

    /** How to reach it, directly or by a proxy on another port. */
    public static S3Access access(int port) {
        return new S3Access(
                BUCKET,
                Optional.of("http://127.0.0.1:" + port),
                "eu-central-1",
                Optional.of(ACCESS_KEY),
                Optional.of(SECRET_KEY));
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server did not stop", e);
        }
    }
}
