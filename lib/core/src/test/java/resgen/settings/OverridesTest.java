package resgen.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.quantize.QuantizerSettings;

class OverridesTest {

  /** Settings with all that is changed by a path: a number, a text, a list, parts of a part. */
  record Settings(QuantizerSettings quantizer, List<Integer> widths, double weight, String kind) {
    Settings {
      widths = List.copyOf(widths);
    }
  }

  private static final Settings TINY =
      new Settings(QuantizerSettings.ema(4, 32, 8), List.of(8, 16, 16), 0.25, "fp32");

  private static Settings apply(Map<String, String> changes) {
    return Overrides.apply(TINY, Settings.class, changes);
  }

  @Test
  void nothingChangesNothing() {
    assertSame(TINY, apply(Map.of()));
  }

  @Test
  void numbersTextsAndListsAreChangedByPath() {
    Settings changed =
        apply(
            Map.of(
                "quantizer.depth", "6",
                "quantizer.update", "PROBABILISTIC",
                "weight", "1",
                "widths", "[4, 8]",
                "kind", "bf16"));

    assertEquals(6, changed.quantizer().depth());
    assertEquals(QuantizerSettings.Update.PROBABILISTIC, changed.quantizer().update());
    assertEquals(1.0, changed.weight());
    assertEquals(List.of(4, 8), changed.widths());
    assertEquals("bf16", changed.kind());
    assertEquals(TINY.quantizer().codes(), changed.quantizer().codes());
  }

  /** Two parts with a setting of the same name, and one whose name ends like another's. */
  record Pair(QuantizerSettings first, QuantizerSettings second, int depths, Inner inner) {}

  record Inner(double sharpness) {}

  private static final Pair PAIR =
      new Pair(QuantizerSettings.ema(4, 32, 8), QuantizerSettings.ema(2, 16, 8), 3, new Inner(1));

  @Test
  void theEndOfAPathIsEnoughWhereNoOtherEndsSo() {
    assertEquals(6, apply(Map.of("depth", "6")).quantizer().depth());
    Pair changed =
        Overrides.apply(
            PAIR, Pair.class, Map.of("second.depth", "5", "sharpness", "0.5", "depths", "7"));
    assertEquals(5, changed.second().depth());
    assertEquals(PAIR.first(), changed.first());
    assertEquals(0.5, changed.inner().sharpness());
    assertEquals(7, changed.depths());
  }

  @Test
  void anEndThatSeveralPathsHaveIsRefusedWithAllOfThem() {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> Overrides.apply(PAIR, Pair.class, Map.of("depth", "5")));
    assertEquals("setting 'depth' may be each of first.depth, second.depth", wrong.getMessage());
  }

  @Test
  void anUnknownPathIsRefusedWithThoseThereAre() {
    for (String path : List.of("quantizer.deepness", "epth", "kind.x", "")) {
      IllegalArgumentException wrong =
          assertThrows(IllegalArgumentException.class, () -> apply(Map.of(path, "1")), path);
      assertTrue(wrong.getMessage().contains("'" + path + "'"), wrong.getMessage());
      assertTrue(wrong.getMessage().contains("quantizer.depth"), wrong.getMessage());
    }
  }

  @Test
  void aValueOutOfRangeIsRefusedInTheSettingsOwnWords() {
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> apply(Map.of("quantizer.depth", "73")));
    assertTrue(wrong.getMessage().contains("73"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("72"), wrong.getMessage());
  }

  @Test
  void aValueOfTheWrongKindIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> apply(Map.of("quantizer.depth", "many")));
  }
}
