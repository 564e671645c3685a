package io.tinysync.engine.blob;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.ByteRange;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.connectors.s3.AccessStyle;
import org.apache.pekko.stream.connectors.s3.BucketAccess;
import org.apache.pekko.stream.connectors.s3.ListBucketResultContents;
import org.apache.pekko.stream.connectors.s3.ListMultipartUploadResultUploads;
import org.apache.pekko.stream.connectors.s3.RetrySettings;
import org.apache.pekko.stream.connectors.s3.S3Attributes;
import org.apache.pekko.stream.connectors.s3.S3Exception;
import org.apache.pekko.stream.connectors.s3.S3Settings;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The requests that a store makes of one bucket. What the server refuses or does not answer fails with an {@link IOException}. */
final class S3Bucket {

    /** Of single requests, by the client itself; longer outages are for those who called to repeat. */
    private static final RetrySettings RETRIES =
            RetrySettings.create(2, Duration.ofMillis(200), Duration.ofSeconds(2), 0.2);

    private final String name;
    private final ClassicActorSystemProvider system;
    private final Attributes settings;

    S3Bucket(S3Access access, ClassicActorSystemProvider system) {
        this.name = access.bucket();
        this.system = system;
        this.settings = S3Attributes.settings(settings(access, system));
    }

    private static S3Settings settings(S3Access access, ClassicActorSystemProvider system) {
        S3Settings settings = S3Settings.create(system)
                .withS3RegionProvider(() -> Region.of(access.region()))
                .withMultipartUploadSettings(
                        S3Settings.create(system).multipartUploadSettings().withRetrySettings(RETRIES))
                .withRetrySettings(RETRIES);
        if (access.accessKey().isPresent()) {
            settings = settings.withCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                    access.accessKey().get(), access.secretKey().orElseThrow())));
        }
        return access.endpoint().isPresent()
                ? settings.withEndpointUrl(access.endpoint().get()).withAccessStyle(AccessStyle.pathAccessStyle())
                : settings;
    }

    /** Why the server does not let this store use the bucket; empty if it does. */
    CompletionStage<Optional<String>> refusal() {
        return ioFailures(S3.checkIfBucketExists(name, system, settings)
                .thenApply(access -> access.equals(BucketAccess.accessGranted())
                        ? Optional.empty()
                        : Optional.of("bucket " + name + ": " + access)));
    }

    /** Fails if the bucket is not there or not to be had with these credentials. */
    private CompletionStage<Void> check() {
        return refusal().thenAccept(refusal -> {
            if (refusal.isPresent()) {
                throw new CompletionException(new IOException(refusal.get()));
            }
        });
    }

    /** Stores an object of known length in one request; the entity tag that the server gave it. */
    CompletionStage<String> put(String key, Source<ByteString, ?> bytes, long length) {
        return ioFailures(S3.putObject(name, key, bytes, length, ContentTypes.APPLICATION_OCTET_STREAM)
                .withAttributes(settings)
                .runWith(Sink.head(), system)
                .thenApply(stored -> stored.getETag().orElse("")));
    }

    /** Stores an object of any length in parts of 5 MiB, some of them in memory at once. */
    CompletionStage<String> putInParts(String key, Source<ByteString, ?> bytes) {
        return ioFailures(bytes.runWith(
                        S3.multipartUpload(name, key, ContentTypes.APPLICATION_OCTET_STREAM)
                                .withAttributes(settings),
                        system)
                .thenApply(stored -> stored.getETag()));
    }

    /** What the server says of an object. */
    record Described(long length, String entityTag) {}

    /** The object's length; empty if it is not there. A bucket that is gone looks the same to S3, and is a failure here. */
    CompletionStage<Optional<Long>> length(String key) {
        return describe(key)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(found.map(Described::length))
                        : check().thenApply(there -> Optional.empty()));
    }

    /** What is said of an object; empty if it is not there, or the bucket is not. */
    CompletionStage<Optional<Described>> describe(String key) {
        return ioFailures(S3.getObjectMetadata(name, key)
                .withAttributes(settings)
                .runWith(Sink.head(), system)
                .thenApply(found -> found.map(object -> new Described(
                        object.getContentLength(), object.getETag().orElse("")))));
    }

    /** A part of an object, of at least one byte; empty if it lies outside. Fails with a {@link NoSuchFileException} if the object is not there. */
    Source<ByteString, NotUsed> get(String key, long offset, long length) {
        boolean toTheEnd = length > Long.MAX_VALUE - offset;
        ByteRange range =
                toTheEnd ? ByteRange.createFromOffset(offset) : ByteRange.createSlice(offset, offset + length - 1);
        return S3.getObject(name, key, range)
                .withAttributes(settings)
                .mapMaterializedValue(ignored -> NotUsed.getInstance())
                .recoverWithRetries(
                        1,
                        new PFBuilder<Throwable, Graph<SourceShape<ByteString>, NotUsed>>()
                                .match(S3Exception.class, S3Bucket::isOutside, outside -> Source.empty())
                                .build())
                .mapError(Throwable.class, failure -> ioFailure(key, failure));
    }

    /** The range begins at the object's end or after it. */
    private static boolean isOutside(S3Exception refusal) {
        return refusal.statusCode().intValue() == StatusCodes.RANGE_NOT_SATISFIABLE.intValue();
    }

    Source<ListBucketResultContents, NotUsed> list(String prefix) {
        return S3.listBucket(name, Optional.of(prefix))
                .withAttributes(settings)
                .mapError(Throwable.class, failure -> ioFailure(prefix, failure));
    }

    CompletionStage<Void> delete(String key) {
        return ioFailures(S3.deleteObject(name, key)
                .withAttributes(settings)
                .runWith(Sink.ignore(), system)
                .thenAccept(done -> {}));
    }

    /** Gives up uploads in parts that began before then, of this prefix, and what they have stored. */
    CompletionStage<Void> abandonUploads(String prefix, Instant before) {
        return ioFailures(S3.listMultipartUpload(name, Optional.of(prefix))
                .withAttributes(settings)
                .filter(upload -> upload.getInitiated().isBefore(before))
                .mapAsync(1, this::abandon)
                .runWith(Sink.ignore(), system)
                .thenAccept(done -> {}));
    }

    private CompletionStage<?> abandon(ListMultipartUploadResultUploads upload) {
        return S3.deleteUpload(name, upload.getKey(), upload.getUploadId(), system, settings);
    }

    private <T> CompletionStage<T> ioFailures(CompletionStage<T> stage) {
        return stage.exceptionallyCompose(failure -> CompletableFuture.failedFuture(ioFailure(name, failure)));
    }

    private static IOException ioFailure(String what, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof S3Exception refused) {
            return refused.code().equals("NoSuchKey")
                    ? new NoSuchFileException(what)
                    : new IOException(
                            "the S3 server answers " + refused.statusCode().intValue() + " " + refused.code() + ": "
                                    + refused.message(),
                            cause);
        }
        return cause instanceof IOException io ? io : new IOException("no answer of the S3 server: " + cause, cause);
    }
}
