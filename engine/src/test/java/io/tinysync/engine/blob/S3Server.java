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

    private final S3Proxy proxy;

    private S3Server(S3Proxy proxy) {
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
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(authentication, ACCESS_KEY, SECRET_KEY)
                .v4MaxNonChunkedRequestSize(64 << 20)
                .ignoreUnknownHeaders(true)
                .build();
        proxy.start();
        return new S3Server(proxy);
    }

    public int port() {
        return proxy.getPort();
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
