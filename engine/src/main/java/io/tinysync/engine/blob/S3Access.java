package io.tinysync.engine.blob;

import java.util.Optional;

/**
 * Where a bucket is and who asks for it.
 *
 * @param bucket exists already
 * @param endpoint scheme, host and port of an S3-compatible server, always asked by path; empty: Amazon's in that region
 * @param region as the server wants it in signatures
 * @param accessKey with {@code secretKey}; without both, the credentials are looked for where Amazon's tools do
 */
public record S3Access(
        String bucket,
        Optional<String> endpoint,
        String region,
        Optional<String> accessKey,
        Optional<String> secretKey) {

    public S3Access {
        if (accessKey.isPresent() != secretKey.isPresent()) {
            throw new IllegalArgumentException("an access key and a secret key go together");
        }
    }

    @Override
    public String toString() {
        return "s3://" + bucket;
    }
}
