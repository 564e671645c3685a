package io.tinysync.server.tls;

import io.tinysync.server.startup.StartupException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts the connections to the HTTP API, each with the certificate that is in its files when it is made: an authority's tools renew that
 * without a restart. New files that are no certificate and its key are logged, and the last good ones go on. Thread-safe.
 */
public final class ServerTls {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    /** Two small files, read by one of the connections that come in this time. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final CertificateFiles files;
    private final Lock looking = new ReentrantLock();
    private volatile long lookedNanos = System.nanoTime();
    private volatile SSLContext current;

    /** The newest contents, good or not; for the thread that looks. */
    private CertificateFiles.Contents seen;

    private String complaint = "";

    private ServerTls(CertificateFiles files) throws StartupException {
        this.files = files;
        this.seen = files.read();
        this.current = context(seen);
    }

    /**
     * Begins with what the files hold now.
     *
     * @throws StartupException if that is no certificate and its key; the message has the settings' names
     */
    public static ServerTls start(CertificateFiles files) throws StartupException {
        return new ServerTls(files);
    }

    private SSLContext context(CertificateFiles.Contents contents) throws StartupException {
        CertifiedKey pair = files.parse(contents);
        LOG.info("TLS has {}", pair);
        warnUnlessValid(pair);
        try {
            return pair.context();
        } catch (GeneralSecurityException | IOException e) {
            throw new StartupException(CertificateFiles.CERTIFICATE + ": the Java runtime does not take " + pair, e);
        }
    }

    private static void warnUnlessValid(CertifiedKey pair) {
        try {
            pair.certificate().checkValidity();
        } catch (CertificateException e) {
            LOG.warn("{} is not valid now, and no device will take it: {}", pair, e.getMessage());
        }
    }

    /** One for each connection. */
    public Supplier<SSLEngine> engines() {
        return this::engine;
    }

    SSLEngine engine() {
        renew();
        SSLEngine engine = current.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }

    /** One thread at a time looks, so that a disk that hangs holds up no more; the others go on with what there is. */
    private void renew() {
        if (System.nanoTime() - lookedNanos < LOOK_AGAIN.toNanos() || !looking.tryLock()) {
            return;
        }
        try {
            CertificateFiles.Contents contents = files.read();
            if (!contents.equals(seen)) {
                seen = contents;
                current = context(contents);
            }
            complaint = "";
        } catch (StartupException e) {
            complain(String.valueOf(e.getMessage()));
        } finally {
            lookedNanos = System.nanoTime();
            looking.unlock();
        }
    }

    private void complain(String why) {
        if (!why.equals(complaint)) {
            LOG.warn("the renewed certificate is not used, the one before goes on: {}", why);
            complaint = why;
        }
    }
}
