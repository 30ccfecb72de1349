package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;
import resgen.torch.SafeTensors.Entry;

class EightBitTest {

  /** Normal values, each row of another magnitude. */
  private static float[] values(int rows, int width) {
    Noise.Stream noise = Noise.of(1).stream(rows, width);
    float[] values = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      double magnitude = Math.exp(3 * noise.nextGaussian());
      for (int i = 0; i < width; i++) {
        values[row * width + i] = (float) (magnitude * noise.nextGaussian());
      }
    }
    return values;
  }

  private static Map<String, Entry> stored(float[] values, long... shape) {
    Map<String, Entry> tensors = new HashMap<>();
    EightBit.put("x", values, shape, tensors);
    return tensors;
  }

  @Test
  void threeRowsByHand() {
    Map<String, Entry> tensors =
        stored(new float[] {127, 63.4f, -127, 0, 0, 0, -0.5f, 0.25f, 0}, 3, 3);
    assertArrayEquals(
        new byte[] {127, 63, -127, 0, 0, 0, -127, 64, 0}, tensors.get("x").signedBytes());
    assertArrayEquals(new float[] {1, 0, 0.5f / 127}, tensors.get("x.scale").floats());
    float[] back = EightBit.get("x", tensors);
    assertEquals(63, back[1]);
    assertEquals(0, back[4]);
    assertEquals(-0.5f, back[6], 1e-7f);
  }

  @Test
  void aValueIsWrongByHalfOfItsRowsScaleAtMost() {
    float[] values = values(6 * 5, 40);
    Map<String, Entry> tensors = stored(values, 6, 5, 40);
    assertArrayEquals(new long[] {6, 5, 40}, tensors.get("x").shape());
    assertArrayEquals(new long[] {6, 5}, tensors.get("x.scale").shape());
    float[] scales = tensors.get("x.scale").floats();
    float[] back = EightBit.get("x", tensors);
    for (int row = 0; row < scales.length; row++) {
      float largest = 0;
      for (int i = row * 40; i < (row + 1) * 40; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
        assertEquals(values[i], back[i], scales[row] * 0.50001);
      }
      assertEquals(largest / 127, scales[row], 1e-6 * scales[row]);
    }
  }

  @Test
  void whatWasReadIsStoredAsTheSameBytes() {
    // Where 127 · scale is a tie, the quotient of it is not the scale: one row in 130.
    float[] values = values(50_000, 2);
    Map<String, Entry> first = stored(values, 50_000, 2);
    Map<String, Entry> second = stored(EightBit.get("x", first), 50_000, 2);
    assertArrayEquals(first.get("x").signedBytes(), second.get("x").signedBytes());
    assertArrayEquals(first.get("x.scale").floats(), second.get("x.scale").floats());
  }

  @Test
  void vanishingRowsAreZero() {
    float[] back = EightBit.get("x", stored(new float[] {1e-44f, -1e-40f, 1e-30f, 0}, 2, 2));
    assertArrayEquals(new float[] {0, 0, 1e-30f, 0}, back, 1e-36f);
    assertEquals(0, EightBit.get("x", stored(new float[0], 3, 0)).length);
  }

  @Test
  void onlyFiniteValuesHaveAScale() {
    refused("NaN", () -> stored(new float[] {1, 2, 3, Float.NaN}, 2, 2));
    refused("-Infinity", () -> stored(new float[] {Float.NEGATIVE_INFINITY, 2}, 1, 2));
    float large = EightBit.get("x", stored(new float[] {1e38f, 2}, 1, 2))[0];
    assertEquals(1e38f, large, 1e32f);
  }

  @Test
  void namesAndShapesMustFit() {
    refused("4 values", () -> stored(new float[4], 2, 3));
    refused("no dimension", () -> stored(new float[1]));
    Map<String, Entry> tensors = stored(new float[4], 2, 2);
    refused("twice", () -> EightBit.put("x", new float[4], new long[] {2, 2}, tensors));
    Map<String, Entry> taken = new HashMap<>(Map.of("x.scale", Entry.of(new float[1], 1)));
    refused("twice", () -> EightBit.put("x", new float[4], new long[] {2, 2}, taken));
  }

  @Test
  void scalesAreKnownByWhatTheyScale() {
    Map<String, Entry> tensors = stored(new float[4], 2, 2);
    tensors.put("norm", Entry.of(new float[1], 1));
    tensors.put("norm.scale", Entry.of(new float[1], 1));
    assertTrue(EightBit.isScale("x.scale", tensors));
    assertFalse(EightBit.isScale("x", tensors));
    assertFalse(EightBit.isScale("norm.scale", tensors));
  }

  @Test
  void hostileTensorsAreRefused() {
    hostile("missing", "x", null);
    hostile("I8 is needed", "x", Entry.of(new byte[4], 2, 2));
    hostile("holds -128", "x", Entry.ofSigned(new byte[] {1, 2, -128, 0}, 2, 2));
    hostile("no dimension", "x", Entry.ofSigned(new byte[1]));
    hostile("no scales", "x.scale", null);
    hostile("F32[2] is needed", "x.scale", Entry.of(new float[3], 3));
    hostile("F32[2] is needed", "x.scale", Entry.of(new float[2], 2, 1));
    hostile("F32[2] is needed", "x.scale", Entry.of(new int[2], 2));
    for (float scale : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE}) {
      hostile(Float.toString(scale), "x.scale", Entry.of(new float[] {1, scale}, 2));
    }
  }

  private static void hostile(String reason, String name, Entry entry) {
    Map<String, Entry> tensors = stored(new float[] {1, 2, 3, 4}, 2, 2);
    if (entry == null) {
      tensors.remove(name);
    } else {
      tensors.put(name, entry);
    }
    refused(reason, () -> EightBit.get("x", tensors));
    refused("tensor x", () -> EightBit.check("x", tensors));
  }

  private static void refused(String reason, org.junit.jupiter.api.function.Executable what) {
    String message = assertThrows(IllegalArgumentException.class, what).getMessage();
    assertTrue(message.contains(reason), message);
  }
}
