package io.tinysync.server.tls;

import com.hierynomus.asn1.ASN1InputStream;
import com.hierynomus.asn1.encodingrules.der.DERDecoder;
import com.hierynomus.asn1.types.constructed.ASN1Sequence;
import com.hierynomus.asn1.types.string.ASN1OctetString;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.pki.pem.DERPrivateKeyLoader;
import org.apache.pekko.pki.pem.PEMDecoder;
import org.apache.pekko.pki.pem.PEMDecoder.DERData;

/** Private keys in the forms in which authorities' tools write them: PKCS#8, PKCS#1 (RSA) and SEC 1 (elliptic curves), without a password. */
final class PrivateKeyPem {

    /** Beside it there may be the parameters of a curve, or text. */
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?-----END \\1-----", Pattern.DOTALL);

    private PrivateKeyPem() {}

    /**
     * Reads the first private key of a text.
     *
     * @param certified the public key of its certificate, which says of what kind it has to be
     * @throws InvalidKeySpecException if there is none of this kind; the message shows nothing of the input
     */
    static PrivateKey parse(String pem, PublicKey certified) throws InvalidKeySpecException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException("there is no private key in PEM in it");
        }
        String form = block.group(1);
        if (form.equals("ENCRYPTED PRIVATE KEY") || block.group().contains("Proc-Type:")) {
            throw new InvalidKeySpecException("the key has a password, with which the server could not start by itself;"
                    + " 'openssl pkey' writes it without one");
        }
        try {
            return read(PEMDecoder.decode(block.group()), certified);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // What the parsers say may have parts of the key in it.
            throw new InvalidKeySpecException(
                    "there is no private key in it that can be read and is of the certificate's kind, "
                            + certified.getAlgorithm());
        }
    }

    private static PrivateKey read(DERData key, PublicKey certified) throws GeneralSecurityException, IOException {
        return switch (key.label()) {
            case "PRIVATE KEY" ->
                KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(key.bytes()));
            case "EC PRIVATE KEY" -> sec1(key.bytes(), (ECPublicKey) certified);
            default -> DERPrivateKeyLoader.load(key);
        };
    }

    /** RFC 5915: a version, then the number; which curve it is on, the certificate says too. */
    private static PrivateKey sec1(byte[] der, ECPublicKey certified) throws GeneralSecurityException, IOException {
        try (ASN1InputStream input = new ASN1InputStream(new DERDecoder(), der)) {
            ASN1Sequence sequence = input.readObject();
            byte[] number = ((ASN1OctetString) sequence.get(1)).getValue();
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new ECPrivateKeySpec(new BigInteger(1, number), certified.getParams()));
        }
    }
}
