package resgen.kernel.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CarriageTest {
  private static String shown(String text) {
    return Carriage.collapse(text.replace('R', '\r').replace('N', '\n'))
        .replace('\r', 'R')
        .replace('\n', 'N');
  }

  @ParameterizedTest
  @CsvSource({
    "abc, abc",
    "aNbN, aNbN",
    "R10%R20%R30%, R30%",
    "10%R20%, 10%R20%",
    "R100%Rab, R100%Rab",
    "R1R2NR3R4Nx, R2NR4Nx",
    "doneR, doneR",
    "R1R2R, R2R",
    "aRNb, aRNb",
    "longerRab, longerRab"
  })
  void whatIsOverwrittenGoes(String text, String expected) {
    assertEquals(expected, shown(text));
  }

  @Test
  void collapsingEarlyChangesNothing() {
    String whole = "R1%R20%R3R40%NR5";
    for (int cut = 0; cut <= whole.length(); cut++) {
      String pieces = shown(whole.substring(0, cut)) + whole.substring(cut);
      assertEquals(shown(whole), shown(pieces), "cut at " + cut);
    }
  }
}
