package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import resgen.kernel.eval.CellError;

/** A kernel per test and short ways to run cells. */
abstract class KernelTestBase {
  JavaKernel kernel;
  Recorder recorder = new Recorder();

  @BeforeEach
  void open() {
    kernel = JavaKernel.open(KernelSettings.plain());
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  CellResult cell(String code) {
    return kernel.execute(code, recorder);
  }

  /** Runs a cell that must succeed. */
  CellResult run(String code) {
    CellResult result = cell(code);
    assertTrue(result.ok(), () -> code + "\n" + result.error().plain());
    return result;
  }

  /** The text of a cell's value. */
  String text(String code) {
    return data(code, "text/plain");
  }

  String data(String code, String type) {
    JsonObject value = run(code).value();
    assertNotNull(value, () -> "no value: " + code);
    JsonObject data = value.getAsJsonObject("data");
    return data.has(type) ? data.get(type).getAsString() : null;
  }

  /** Runs a cell that must fail. */
  CellError fail(String code) {
    CellResult result = cell(code);
    assertNotNull(result.error(), () -> "no error: " + code);
    return result.error();
  }
}
