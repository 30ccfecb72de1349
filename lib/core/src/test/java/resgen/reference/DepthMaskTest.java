package resgen.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DepthMaskTest {

  @Test
  void theViewsOfOneMaskAgree() {
    DepthMask mask = DepthMask.ofVisible(new int[] {2, 0, 3}, 3);
    assertEquals(4, mask.totalMasked());
    assertEquals(9, mask.tokens());
    assertArrayEquals(new int[] {1, 3, 0}, mask.maskedCounts());
    boolean[][] bits = {{true, true, false}, {false, false, false}, {true, true, true}};
    assertArrayEquals(bits, mask.bits());
    for (int i = 0; i < 3; i++) {
      assertEquals(mask.visible(i), 3 - mask.masked(i));
      for (int j = 0; j < 3; j++) {
        assertEquals(bits[i][j], mask.isVisible(i, j));
      }
    }
    assertEquals(mask, DepthMask.ofBits(bits));
    assertEquals(mask, DepthMask.ofMasked(new int[] {1, 3, 0}, 3));
    assertEquals(mask.hashCode(), DepthMask.ofBits(bits).hashCode());
    assertNotEquals(mask, DepthMask.ofVisible(new int[] {2, 0, 3}, 4));
  }

  @Test
  void everyBitPatternIsAcceptedExactlyWhenVisibleDepthsAreAPrefix() {
    for (int pattern = 0; pattern < 1 << 6; pattern++) {
      boolean[][] bits = new boolean[2][3];
      for (int s = 0; s < 6; s++) {
        bits[s / 3][s % 3] = (pattern >> s & 1) == 1;
      }
      boolean possible = true;
      for (boolean[] row : bits) {
        possible &= (row[0] || !row[1]) && (row[1] || !row[2]);
      }
      if (possible) {
        assertArrayEquals(bits, DepthMask.ofBits(bits).bits());
      } else {
        assertThrows(IllegalArgumentException.class, () -> DepthMask.ofBits(bits));
      }
    }
  }

  @Test
  void impossibleMasksCannotBeBuilt() {
    assertThrows(IllegalArgumentException.class, () -> DepthMask.ofVisible(new int[] {4}, 3));
    assertThrows(IllegalArgumentException.class, () -> DepthMask.ofVisible(new int[] {-1}, 3));
    assertThrows(IllegalArgumentException.class, () -> DepthMask.ofMasked(new int[] {4}, 3));
    assertThrows(IllegalArgumentException.class, () -> DepthMask.allMasked(0, 3));
    assertThrows(IllegalArgumentException.class, () -> DepthMask.allVisible(3, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> DepthMask.ofBits(new boolean[][] {{true, false}, {true}}));
  }

  @Test
  void aMaskDoesNotChangeWithTheArraysAroundIt() {
    int[] visible = {1, 2};
    DepthMask mask = DepthMask.ofVisible(visible, 2);
    visible[0] = 0;
    mask.visibleCounts()[1] = 0;
    assertArrayEquals(new int[] {1, 2}, mask.visibleCounts());
  }

  @Test
  void aMaskIsWithinALaterOneWhenNothingIsHiddenAgain() {
    DepthMask mask = DepthMask.ofVisible(new int[] {1, 2}, 3);
    assertTrue(DepthMask.allMasked(2, 3).isWithin(mask));
    assertTrue(mask.isWithin(mask));
    assertTrue(mask.isWithin(DepthMask.allVisible(2, 3)));
    assertFalse(mask.isWithin(DepthMask.ofVisible(new int[] {3, 1}, 3)));
    assertFalse(mask.isWithin(DepthMask.allVisible(3, 3)));
  }
}
