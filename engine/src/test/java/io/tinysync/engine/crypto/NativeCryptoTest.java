package io.tinysync.engine.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinysync.engine.protocol.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.Security;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NativeCryptoTest {

    private static final String NAME = "AmazonCorrettoCryptoProvider";

    @AfterEach
    void takeItAway() {
        Security.removeProvider(NAME);
    }

    @Test
    void hashes_are_native_once_it_is_there_and_are_the_same_ones() throws Exception {
        byte[] bytes = new byte[200_001];
        new Random(7).nextBytes(bytes);
        Sha256 before = Sha256.hash(bytes);

        NativeCrypto.install();

        MessageDigest digest = Sha256.newDigest();
        assertThat(digest.getProvider().getName()).isEqualTo(NAME);
        digest.update(bytes, 0, 100_000);
        MessageDigest copy = (MessageDigest) digest.clone();
        ByteBuffer rest = ByteBuffer.allocateDirect(bytes.length - 100_000).put(bytes, 100_000, bytes.length - 100_000);
        digest.update(rest.flip());
        assertThat(Sha256.of(digest.digest())).isEqualTo(before);
        copy.update(bytes, 100_000, bytes.length - 100_000);
        assertThat(Sha256.of(copy.digest())).isEqualTo(before);
    }
}
