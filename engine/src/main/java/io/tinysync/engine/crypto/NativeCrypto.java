package io.tinysync.engine.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has SHA-256 and the ciphers of TLS computed by Amazon Corretto Crypto Provider, which is native code, wherever they are asked for from
 * then on. Java's own SHA-256 is a tenth as fast until the JVM's second compiler has had it, which in a daemon it never does. The results are
 * the same; where the library cannot be loaded (it is there for Linux with glibc, on x86-64 and aarch64), Java's own are used.
 */
public final class NativeCrypto {

    private static final Logger LOG = LoggerFactory.getLogger(NativeCrypto.class);

    private NativeCrypto() {}

    /** Returns at once: loading takes some 0.3 s, in which Java's own are used. */
    public static void installInBackground() {
        var _ = Thread.ofPlatform().daemon().name("native-crypto").start(NativeCrypto::install);
    }

    static void install() {
        Throwable reason = failure();
        if (reason == null) {
            Security.insertProviderAt(AmazonCorrettoCryptoProvider.INSTANCE, 1);
        } else {
            LOG.warn("hashes and ciphers are Java's own, which are slower: the native ones cannot be loaded", reason);
        }
    }

    private static @Nullable Throwable failure() {
        try {
            AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
            return AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError();
        } catch (RuntimeException | LinkageError e) {
            return e;
        }
    }
}
