package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import resgen.token.Labels;
import tech.tablesaw.api.Table;

class ClassAccuracyTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @Test
  void countsByHand() {
    ClassAccuracy accuracy =
        ClassAccuracy.of(Labels.of(0, 0, 0, 0, 1, 1), Labels.of(0, 2, 2, 1, 1, 1), NAMES);
    assertEquals(6, accuracy.count());
    assertEquals(0.5, accuracy.accuracy());
    assertEquals(0.25, accuracy.accuracy(0));
    assertEquals(1, accuracy.accuracy(1));
    assertTrue(Double.isNaN(accuracy.accuracy(2)));
    assertEquals(2, accuracy.count(0, 2));
    Table table = accuracy.table();
    assertEquals(List.of("c", "", ""), table.stringColumn("mistaken for").asList());
    assertEquals(List.of(1, 2, 0), accuracy.confusion().intColumn("b").asList());
    assertEquals("50.00 % of 6 images", accuracy.toString());
  }

  @Test
  void numbersMustFit() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ClassAccuracy.of(Labels.of(0), Labels.of(0, 1), NAMES));
    assertThrows(
        IllegalArgumentException.class, () -> ClassAccuracy.of(Labels.of(3), Labels.of(0), NAMES));
  }
}
