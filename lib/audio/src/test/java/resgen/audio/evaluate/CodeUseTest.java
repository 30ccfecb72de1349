package resgen.audio.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodeUseTest {

  /** Four codes alike carry two bits, one carries none; ten positions a second. */
  @Test
  void bitsAreThoseOfTheEntropy() {
    CodeUse use = CodeUse.of(new long[][] {{5, 5, 5, 5}, {0, 9, 0, 0}, {8, 4, 4, 0}}, 10);
    assertEquals(List.of(4, 1, 3), use.used());
    assertEquals(
        List.of(
            new Value("codes_used_least", 4, Double.NaN),
            new Value("bits_per_second_by_entropy", 20, Double.NaN)),
        use.values(1));
    assertEquals(1, use.values(3).get(0).value());
    assertEquals(35, use.values(3).get(1).value(), 1e-9);
  }
}
