package io.tinysync.server.http;

import io.tinysync.server.cluster.Peers;
import io.tinysync.server.identity.AdminToken;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/**
 * Who sent a request that another node sends on: {@code ADDRESS PROOF} in a header. The proof is made with the admin token, which the nodes share,
 * over the address and the sender's own token, so that no device can come from elsewhere by writing such a header.
 */
final class ForwardedSender {

    static final String HEADER = "TinySync-Forwarded-For";

    private static final String ALGORITHM = "HmacSHA256";
    private static final String DOMAIN = "tinysync forwarded sender v1";

    private final SecretKeySpec key;

    ForwardedSender(AdminToken token) {
        this.key = new SecretKeySpec(token.text().getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** The header's value. */
    String told(InetAddress sender, Optional<String> authorization) {
        String address = sender.getHostAddress();
        return address + " " + proof(address, authorization.orElse(""));
    }

    /** The request as from whom the other node says, if it is one that says so. */
    HttpRequest seen(HttpRequest request) {
        Optional<InetAddress> sender = header(request, Peers.MARK)
                .flatMap(mark -> header(request, HEADER))
                .flatMap(told -> believed(told, header(request, "Authorization").orElse("")));
        return sender.map(address -> request.addAttribute(AttributeKeys.remoteAddress, RemoteAddress.create(address)))
                .orElse(request);
    }

    private Optional<InetAddress> believed(String told, String authorization) {
        int space = told.indexOf(' ');
        if (space < 0) {
            return Optional.empty();
        }
        String address = told.substring(0, space);
        byte[] expected = proof(address, authorization).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, told.substring(space + 1).getBytes(StandardCharsets.UTF_8))
                ? AddressRange.address(address)
                : Optional.empty();
    }

    private String proof(String address, String authorization) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] proof = mac.doFinal(
                    String.join("\n", DOMAIN, address, authorization).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }

    private static Optional<String> header(HttpRequest request, String name) {
        return request.getHeader(name).map(HttpHeader::value);
    }
}
