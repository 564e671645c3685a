package io.tinysync.engine.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates that are trusted beside those of the Java runtime: of authorities, or of single servers. They only ever add to it. */
public record TrustedCertificates(List<X509Certificate> all) {

    public static final TrustedCertificates NONE = new TrustedCertificates(List.of());

    public TrustedCertificates {
        all = List.copyOf(all);
    }

    /**
     * Reads PEM.
     *
     * @throws CertificateException if there is no certificate in it, or one that cannot be read; the message shows nothing of the input
     */
    public static TrustedCertificates parse(byte[] pem) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .forEach(each -> certificates.add((X509Certificate) each));
        } catch (CertificateException e) {
            throw new CertificateException("there is no certificate in PEM that can be read", e);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no certificate in it");
        }
        return new TrustedCertificates(certificates);
    }

    /** These and those. */
    public TrustedCertificates and(TrustedCertificates others) {
        List<X509Certificate> both = new ArrayList<>(all);
        both.addAll(others.all);
        return new TrustedCertificates(both);
    }

    /** Has a client that is being built trust them. */
    public void applyTo(HttpClient.Builder client) {
        if (!all.isEmpty()) {
            client.sslContext(context());
        }
    }

    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store()), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
    }

    /** These and the runtime's own, as a store that {@code javax.net.ssl.trustStore} may name once it is in a file. */
    public KeyStore store() throws GeneralSecurityException, IOException {
        List<X509Certificate> trusted = new ArrayList<>(all);
        for (TrustManager manager : managers(null)) {
            trusted.addAll(Arrays.asList(((X509TrustManager) manager).getAcceptedIssuers()));
        }
        return store(trusted);
    }

    /** @param store null for the runtime's */
    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore store(List<X509Certificate> certificates) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry(Integer.toString(i), certificates.get(i));
        }
        return store;
    }
}
