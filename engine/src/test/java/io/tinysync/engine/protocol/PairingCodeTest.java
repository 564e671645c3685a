package io.tinysync.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PairingCodeTest {

    @Test
    void every_code_is_read_as_it_is_shown() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            PairingCode code = new PairingCode(random.nextLong() >>> (Long.SIZE - PairingCode.BITS));

            assertThat(code.text()).matches("[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}");
            assertThat(PairingCode.parse(code.text())).isEqualTo(code);
        }
        assertThat(new PairingCode(0).text()).isEqualTo("00000-00000");
        assertThat(new PairingCode((1L << PairingCode.BITS) - 1).text()).isEqualTo("ZZZZZ-ZZZZZ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10AB0-CDE1F", "10ab0cde1f", "lOab0 cdeif", " I-0-A-B-o-C-D-E-L-f "})
    void it_is_read_as_people_type_it(String typed) {
        assertThat(PairingCode.parse(typed).text()).isEqualTo("10AB0-CDE1F");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10AB0-CDE1", "10AB0-CDE1FF", "10AB0-CDE1U", "10AB0-CDE1é", "10AB0_CDE1"})
    void what_is_no_code_is_refused_without_repeating_it(String typed) {
        assertThatThrownBy(() -> PairingCode.parse(typed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("10AB0");
    }

    @Test
    void it_does_not_come_into_a_log() {
        Management.RegisterDevice body = new Management.RegisterDevice("phone", PairingCode.parse("10AB0-CDE1F"));

        assertThat(body.toString()).doesNotContain("10AB0", "CDE1F");
    }
}
