package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.kernel.magic.Whos;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class WhosTest extends KernelTestBase {
  @Test
  void sizesInEachValuesOwnMeasure() {
    assertEquals("3 items", Whos.size(List.of(1, 2, 3)));
    assertEquals("1 entry", Whos.size(Map.of(1, 2)));
    assertEquals("2 characters", Whos.size("ab"));
    assertEquals("2 × 3", Whos.size(new double[2][3]));
    assertEquals("0 items", Whos.size(new int[0]));
    assertEquals("2 rows × 1 columns", Whos.size(Table.create(IntColumn.create("n", 1, 2))));
    assertEquals("null", Whos.size(null));
    assertEquals("", Whos.size(new Object()));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.zeros(new Shape(2, 3));
      assertEquals("(2, 3) float32 cpu", Whos.size(array));
      array.close();
      assertEquals("closed", Whos.size(array));
    }
  }

  @Test
  void devicesAreListedAndSet() {
    String before = System.getProperty("jshell.device");
    try {
      System.clearProperty("jshell.device");
      String html = data("%device", "text/html").replaceAll(" style=\"[^\"]*\"", "");
      assertTrue(html.contains("<td>cpu</td><td>PyTorch"), html);
      run("%device cpu");
      assertEquals("cpu", System.getProperty("jshell.device"));
      assertTrue(data("%device", "text/html").contains("in use (cpu)"));
      assertTrue(fail("%device gpu:77").message().contains("gpu:77 is not there"));
      assertTrue(fail("%device tpu").message().contains("usage: %device"));
      assertEquals("cpu", System.getProperty("jshell.device"));
    } finally {
      if (before == null) {
        System.clearProperty("jshell.device");
      } else {
        System.setProperty("jshell.device", before);
      }
    }
  }

  @Test
  void everyMagicIsExplained() {
    for (String name : kernel.getMagicsRegistry().getLineMagicNames()) {
      assertTrue(text("%help " + name).contains("%" + name + " "), name);
    }
    assertTrue(text("%help").contains("%%html"));
  }
}
