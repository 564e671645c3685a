package io.tinysync.server.http;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses that begin with the same bits (CIDR, RFC 4632 and RFC 4291).
 *
 * @param bits how many of them count
 */
record AddressRange(InetAddress first, int bits) {

    private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    AddressRange {
        if (bits < 0 || bits > length(first)) {
            throw new IllegalArgumentException(first.getHostAddress() + " has no " + bits + " bits");
        }
    }

    /**
     * Reads ADDRESS or ADDRESS/BITS.
     *
     * @throws IllegalArgumentException if the text is none
     */
    static AddressRange parse(String text) {
        String[] parts = text.strip().split("/", 2);
        InetAddress address = address(parts[0])
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no range of IP addresses"));
        if (parts.length == 1) {
            return new AddressRange(address, length(address));
        }
        if (!parts[1].matches("\\d{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' is no range of IP addresses");
        }
        return new AddressRange(address, Integer.parseInt(parts[1]));
    }

    /** An address as numbers, an IPv4 one as four of them; no name is looked up. */
    static Optional<InetAddress> address(String text) {
        if (!text.contains(":") && !FOUR_NUMBERS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean has(InetAddress address) {
        int length = length(first);
        return length(address) == length
                && number(address).xor(number(first)).shiftRight(length - bits).signum() == 0;
    }

    private static int length(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }
}
