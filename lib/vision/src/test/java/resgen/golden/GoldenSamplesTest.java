package resgen.golden;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each shipped model still draws the codes that it drew when the file was made: float32, one
 * thread, fixed seeds. Codes are compared as equal, no tolerance. See {@link Golden} on how a file
 * is remade.
 */
class GoldenSamplesTest {

  @BeforeAll
  static void oneThread() {
    GoldenModels.oneThread();
  }

  static List<String> models() {
    return GoldenModels.shipped();
  }

  @ParameterizedTest
  @MethodSource("models")
  void aShippedModelDrawsTheSameCodes(String model) {
    Map<String, String> lines = new LinkedHashMap<>();
    GoldenModels.codes(model).forEach((way, codes) -> lines.putAll(CodeLines.of(way, codes)));
    Golden.check("codes-" + model + ".txt", lines, CodeLines.comparison(GoldenModels.depth()));
  }
}
