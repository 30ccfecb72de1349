package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImagesTest {
  private static final List<String> CLASSES = List.of("a", "b");

  /** Three grey 2×3 images: 1..6, 11..16, 21..26 with labels 0, 1, 0. */
  private static Images grey() {
    byte[][] pixels = new byte[3][6];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 6; j++) {
        pixels[i][j] = (byte) (10 * i + j + 1);
      }
    }
    return Images.of("grey", 1, 2, 3, pixels, new int[] {0, 1, 0}, CLASSES);
  }

  @Test
  void subsetsKeepOrderAndRepeat() {
    Images s = grey().subset(2, 0, 2);
    assertEquals(3, s.size());
    assertArrayEquals(new byte[] {21, 22, 23, 24, 25, 26}, s.pixels(0));
    assertArrayEquals(s.pixels(0), s.pixels(2));
    assertArrayEquals(new int[] {0, 0, 0}, s.labels());
    assertEquals(2, grey().take(2).size());
    assertEquals(3, grey().take(99).size());
    assertThrows(IndexOutOfBoundsException.class, () -> grey().subset(3));
  }

  @Test
  void copiesCannotChangeTheSet() {
    Images images = grey();
    images.pixels(0)[0] = 99;
    images.labels()[0] = 1;
    assertEquals(1, images.pixels(0)[0]);
    assertEquals(0, images.label(0));
  }

  @Test
  void normalizedSpansMinusOneToOneAndInverts() {
    byte[][] all = new byte[1][256];
    for (int i = 0; i < 256; i++) {
      all[0][i] = (byte) i;
    }
    Images images = Images.of("all", 1, 16, 16, all, new int[] {0}, CLASSES);
    float[] values = images.normalized(0);
    assertEquals(-1f, values[0]);
    assertEquals(1f, values[255]);
    Images back = Images.ofNormalized("back", 1, 16, 16, values, new int[] {0}, CLASSES);
    assertArrayEquals(images.pixels(0), back.pixels(0));
    float[] wild = values.clone();
    wild[0] = -9;
    wild[255] = 9;
    Images clamped = Images.ofNormalized("back", 1, 16, 16, wild, new int[] {0}, CLASSES);
    assertArrayEquals(images.pixels(0), clamped.pixels(0));
  }

  @Test
  void paddingCentresAndCroppingUndoes() {
    Images padded = grey().padTo(4, 6);
    byte[] expected = {
      0, 0, 0, 0, 0, 0,
      0, 1, 2, 3, 0, 0,
      0, 4, 5, 6, 0, 0,
      0, 0, 0, 0, 0, 0
    };
    assertArrayEquals(expected, padded.pixels(0));
    assertEquals(grey().fingerprint(), padded.cropTo(2, 3).fingerprint());
    assertThrows(IllegalArgumentException.class, () -> grey().padTo(2, 2));
    assertThrows(IllegalArgumentException.class, () -> grey().cropTo(3, 3));
  }

  @Test
  void fingerprintFollowsPixelsLabelsAndShapeNotTheName() {
    String print = grey().fingerprint();
    assertEquals(64, print.length());
    assertEquals(print, grey().named("other").fingerprint());
    assertNotEquals(print, grey().subset(1, 0, 2).fingerprint());
    byte[][] pixels = {grey().pixels(0), grey().pixels(1), grey().pixels(2)};
    assertNotEquals(
        print, Images.of("l", 1, 2, 3, pixels, new int[] {0, 1, 1}, CLASSES).fingerprint());
    assertNotEquals(
        print, Images.of("s", 1, 3, 2, pixels, new int[] {0, 1, 0}, CLASSES).fingerprint());
  }

  @Test
  void setsOfTheSameClassesAreJoinedAndOthersRefused() {
    Images one = grey().take(1);
    Images without =
        Images.of("w", 1, 2, 3, new byte[1][6], new int[] {2}, List.of("a", "b", "no class"));
    assertEquals(
        List.of("a", "b", "no class"), Images.concat(List.of(one, without, one)).classNames());
    assertArrayEquals(new int[] {0, 2, 0}, Images.concat(List.of(one, without, one)).labels());
    Images other = Images.of("o", 1, 2, 3, new byte[1][6], new int[] {0}, List.of("b", "a"));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> Images.concat(List.of(one, other, without)))
            .getMessage();
    assertTrue(message.contains("[b, a]") && message.contains("[a, b, no class]"), message);
  }

  @Test
  void channelsChangeWithoutLossOrNotAtAll() {
    Images rgb = grey().withChannels(3);
    assertTrue(rgb.isGrey());
    assertEquals(18, rgb.pixels(0).length);
    assertEquals(grey().fingerprint(), rgb.withChannels(1).fingerprint());
    byte[][] colour = {rgb.pixels(0), rgb.pixels(1)};
    colour[1][17]++;
    Images coloured = Images.of("c", 3, 2, 3, colour, new int[2], CLASSES);
    String message =
        assertThrows(IllegalArgumentException.class, () -> coloured.withChannels(1)).getMessage();
    assertTrue(message.contains("image 1 has colour"), message);
  }

  @Test
  void badInputsAreNamed() {
    Exception label =
        assertThrows(
            IllegalArgumentException.class,
            () -> Images.of("x", 1, 1, 1, new byte[2][1], new int[] {0, 2}, CLASSES));
    assertTrue(label.getMessage().contains("image 1 has label 2"), label.getMessage());
    Exception bytes =
        assertThrows(
            IllegalArgumentException.class,
            () -> Images.of("x", 3, 1, 1, new byte[1][1], new int[] {0}, CLASSES));
    assertTrue(bytes.getMessage().contains("1 bytes, expected 3"), bytes.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Images.of("x", 2, 1, 1, new byte[1][2], new int[] {0}, CLASSES));
    assertThrows(
        IllegalArgumentException.class,
        () -> Images.of("x", 1, 1, 1, new byte[1][1], new int[] {0, 0}, CLASSES));
  }
}
