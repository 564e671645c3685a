package io.tinysync.client.http;

import java.io.IOException;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why there is no TLS with a server, in words for who can do something about it. Nothing was sent then. */
public final class TlsFault {

    private TlsFault() {}

    /** A sentence with what to do, if TLS is what failed. */
    public static Optional<String> of(URI server, Throwable failure) {
        List<Throwable> causes = causes(failure);
        return causes.stream().anyMatch(SSLException.class::isInstance)
                ? Optional.of(sentence(server, causes))
                : Optional.empty();
    }

    /** The same failure with that sentence, if it has one. */
    static IOException explained(URI server, IOException failure) {
        return of(server, failure)
                .<IOException>map(sentence -> new IOException(sentence, failure))
                .orElse(failure);
    }

    private static String sentence(URI server, List<Throwable> causes) {
        if (any(causes, CertificateExpiredException.class) || any(causes, CertificateNotYetValidException.class)) {
            return "the certificate of " + server + " is not valid at this time: it has to be renewed there, or this"
                    + " machine's clock is wrong";
        }
        if (any(causes, CertPathBuilderException.class) || any(causes, CertPathValidatorException.class)) {
            return "the certificate of " + server + " is not from an authority that is trusted here: if it is your own,"
                    + " name the file with the authority's certificate by --ca or TINYSYNC_CA";
        }
        Throwable last = causes.getLast();
        if (last instanceof CertificateException) {
            return "the certificate of " + server + " is for another host (" + last.getMessage()
                    + "): use an address that it has, or have one made for this address";
        }
        return "no TLS with " + server + ", which may be http:// there: " + last.getMessage();
    }

    private static boolean any(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable each = failure; each != null && !causes.contains(each); each = each.getCause()) {
            causes.add(each);
        }
        return causes;
    }
}
