package resgen.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;

class FreeMaskTest {

  @Test
  void itShowsExactlyTheTokensMarkedAndCannotBeChanged() {
    boolean[] bits = {true, false, true, false, true, true};
    FreeMask mask = FreeMask.of(bits, 2);
    bits[0] = false;
    assertEquals(2, mask.positions());
    assertEquals(3, mask.depths());
    assertEquals(2, mask.totalMasked());
    assertTrue(mask.isVisible(0, 0) && !mask.isVisible(0, 1) && mask.isVisible(0, 2));
    assertEquals(1, mask.shallowestMasked(0));
    assertEquals(0, mask.shallowestMasked(1));
    assertEquals(3, FreeMask.of(new boolean[] {true, true, true}, 1).shallowestMasked(0));
    assertEquals(mask, FreeMask.of(new boolean[] {true, false, true, false, true, true}, 2));
    assertNotEquals(mask, FreeMask.of(bits, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> mask.isVisible(0, 3));
    assertThrows(IllegalArgumentException.class, () -> FreeMask.of(bits, 4));
    assertThrows(IllegalArgumentException.class, () -> FreeMask.of(bits, 0));
  }

  /** Six tokens, two masked: fifteen masks, all as likely. */
  @Test
  void everySetOfTokensIsEquallyLikely() {
    Map<FreeMask, Integer> counts = new HashMap<>();
    int n = 15_000;
    for (int i = 0; i < n; i++) {
      counts.merge(FreeMask.draw(2, 3, 2, Noise.of(1).stream(i)), 1, Integer::sum);
    }
    assertEquals(15, counts.size());
    counts.forEach(
        (mask, count) -> {
          assertEquals(2, mask.totalMasked());
          assertEquals(n / 15.0, count, 5 * Math.sqrt(n / 15.0));
        });
  }
}
