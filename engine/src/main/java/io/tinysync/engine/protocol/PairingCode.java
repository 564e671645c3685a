package io.tinysync.engine.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The secret that one device shows and another one is told, to join its groups: 50 bits in the alphabet of Crockford's Base32, fit to be
 * read out and typed.
 *
 * @param bits from 0 to below 2^50
 */
public record PairingCode(long bits) {

    public static final int BITS = 50;

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int BITS_PER_CHAR = 5;
    private static final int CHARS = BITS / BITS_PER_CHAR;
    private static final int GROUP = 5;

    public PairingCode {
        if (bits < 0 || bits >>> BITS != 0) {
            throw new IllegalArgumentException("a pairing code has " + BITS + " bits");
        }
    }

    /**
     * Reads what people type: in either case, with or without the hyphen or spaces, O for 0, and I or L for 1.
     *
     * @throws IllegalArgumentException if that is no code; it does not repeat the text, which may be nearly one
     */
    @JsonCreator
    public static PairingCode parse(String text) {
        String typed = text.replaceAll("[- ]", "").toUpperCase(Locale.ROOT);
        if (typed.length() != CHARS) {
            throw new IllegalArgumentException("a pairing code has " + CHARS + " letters and digits");
        }
        long bits = 0;
        for (int i = 0; i < CHARS; i++) {
            bits = bits << BITS_PER_CHAR | value(typed.charAt(i));
        }
        return new PairingCode(bits);
    }

    private static int value(char character) {
        int value = switch (character) {
            case 'O' -> 0;
            case 'I', 'L' -> 1;
            default -> ALPHABET.indexOf(character);
        };
        if (value < 0) {
            throw new IllegalArgumentException("a pairing code has letters without U, and digits");
        }
        return value;
    }

    /** As it is shown: two groups of five characters, with a hyphen between. */
    @JsonValue
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int shift = BITS - BITS_PER_CHAR; shift >= 0; shift -= BITS_PER_CHAR) {
            text.append(ALPHABET.charAt((int) (bits >>> shift) & (ALPHABET.length() - 1)));
        }
        return text.insert(GROUP, '-').toString();
    }

    /** Without the code, which must not come into a log. */
    @Override
    public String toString() {
        return "PairingCode";
    }
}
