package resgen.golden;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Three training steps of every model give the losses, gradients and weights that they gave when
 * the file was made: float32, one thread, fixed seeds. A number may differ by 1e-5 of its
 * magnitude, or by 1e-6. See {@link Golden} on how the file is remade.
 */
class GoldenTrainingTest {

  private static final double RELATIVE = 1e-5;
  private static final double ABSOLUTE =
      1e-6; // of what is near 0 as a difference of larger numbers

  @BeforeAll
  static void oneThread() {
    GoldenModels.oneThread();
  }

  @Test
  void threeStepsOfEveryModelGiveTheSameNumbers() {
    Map<String, String> lines = new LinkedHashMap<>();
    GoldenModels.training()
        .forEach((name, value) -> lines.put(name, String.format(Locale.ROOT, "%.9g", value)));
    Golden.check("training.txt", lines, Golden.near(RELATIVE, ABSOLUTE));
  }
}
