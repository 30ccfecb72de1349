package resgen.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.quantize.QuantizerSettings;
import resgen.vision.tokenizer.TokenizerSettings;

class OverridesTest {

  private static final TokenizerSettings TINY = TokenizerSettings.tiny();

  private static TokenizerSettings apply(Map<String, String> changes) {
    return Overrides.apply(TINY, TokenizerSettings.class, changes);
  }

  @Test
  void nothingChangesNothing() {
    assertSame(TINY, apply(Map.of()));
  }

  @Test
  void numbersTextsAndListsAreChangedByPath() {
    TokenizerSettings changed =
        apply(
            Map.of(
                "quantizer.depth", "6",
                "quantizer.update", "PROBABILISTIC",
                "loss.commitment", "1",
                "autoencoder.widths", "[4, 8]",
                "autoencoder.groups", "2",
                "precision", "bf16"));

    assertEquals(6, changed.quantizer().depth());
    assertEquals(QuantizerSettings.Update.PROBABILISTIC, changed.quantizer().update());
    assertEquals(1.0, changed.loss().commitment());
    assertEquals(List.of(4, 8), changed.autoencoder().widths());
    assertEquals("bf16", changed.precision());
    assertEquals(TINY.quantizer().codes(), changed.quantizer().codes());
  }

  @Test
  void anUnknownPathIsRefusedWithThoseThereAre() {
    for (String path : List.of("quantizer.deepness", "depth", "precision.x", "")) {
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
