package resgen.torch;

import java.util.Arrays;
import java.util.Map;

/**
 * Matrices in eight bits, for files that must be small: whole numbers of -127..127 and a scale for
 * each row, which is the largest magnitude of the row over 127.
 *
 * <p>A row is a vector along the last dimension, whatever there are before it: a row of a matrix,
 * an entry of each table of a stack. So a value is wrong by half of its own row's scale at most,
 * and a row of zeros is exact. The tensor {@code NAME} is stored as I8 in its own shape, with
 * {@code NAME.scale} as F32 in that shape without its last dimension. Storing what was read gives
 * the same bytes.
 */
final class EightBit {

  private static final String SCALE = ".scale";
  private static final int LARGEST = 127;

  private EightBit() {}

  /**
   * Stores a tensor.
   *
   * @param shape of one dimension or more
   * @throws IllegalArgumentException if there is a tensor of that name, a value is not finite, or
   *     the shape does not fit; naming the tensor
   */
  static void put(String name, float[] values, long[] shape, Map<String, SafeTensors.Entry> into) {
    int width = width(name, shape);
    float[] scales = new float[rows(shape)];
    byte[] bytes = new byte[values.length];
    if (values.length != (long) scales.length * width) {
      throw wrong(name, "has %d values, not those of %s", values.length, Arrays.toString(shape));
    }
    for (int row = 0; row < scales.length; row++) {
      scales[row] = scale(name, values, row * width, width);
      for (int i = row * width; i < (row + 1) * width; i++) {
        bytes[i] = scales[row] == 0 ? 0 : rounded(values[i] / scales[row]);
      }
    }
    add(name, SafeTensors.Entry.ofSigned(bytes, shape), into);
    add(name + SCALE, SafeTensors.Entry.of(scales, leading(shape)), into);
  }

  private static byte rounded(float value) {
    return (byte) Math.max(-LARGEST, Math.min(LARGEST, Math.round(value)));
  }

  /**
   * The scale of a row. Dividing once more what it makes of 127 gives a scale that comes out again
   * when the row is stored a second time, which the first quotient misses by a bit now and then.
   */
  private static float scale(String name, float[] values, int from, int width) {
    float largest = 0;
    for (int i = from; i < from + width; i++) {
      if (!Float.isFinite(values[i])) {
        throw wrong(name, "has the value %s, which is not finite", values[i]);
      }
      largest = Math.max(largest, Math.abs(values[i]));
    }
    float scale = largest / LARGEST * LARGEST / LARGEST;
    if (scale < Float.MIN_NORMAL) {
      return 0; // too small for the quotients to have their digits
    }
    if (!Float.isFinite(scale * LARGEST)) {
      throw wrong(name, "has the value %s, which is too large", largest);
    }
    return scale;
  }

  private static void add(
      String name, SafeTensors.Entry entry, Map<String, SafeTensors.Entry> into) {
    if (into.putIfAbsent(name, entry) != null) {
      throw wrong(name, "is there twice");
    }
  }

  /** Whether a name is of the scales of another tensor in eight bits. */
  static boolean isScale(String name, Map<String, SafeTensors.Entry> tensors) {
    if (!name.endsWith(SCALE)) {
      return false;
    }
    SafeTensors.Entry scaled = tensors.get(name.substring(0, name.length() - SCALE.length()));
    return scaled != null && scaled.dtype() == SafeTensors.DType.I8;
  }

  /**
   * Checks a stored tensor without decoding it.
   *
   * @throws IllegalArgumentException if it is missing or not I8, holds -128, or its scales are
   *     missing, not as many as its rows, negative or not finite; naming the tensor
   */
  static void check(String name, Map<String, SafeTensors.Entry> from) {
    float[] scales = scales(name, from);
    for (float scale : scales) {
      if (!(scale >= 0) || !Float.isFinite(scale * LARGEST)) {
        throw wrong(name, "has the scale %s; it must be finite and not negative", scale);
      }
    }
    for (byte value : from.get(name).signedBytes()) {
      if (value < -LARGEST) {
        throw wrong(name, "holds %d; allowed are -127..127", value);
      }
    }
  }

  /**
   * The values of a stored tensor, in the shape of its entry.
   *
   * @throws IllegalArgumentException as {@link #check} does
   */
  static float[] get(String name, Map<String, SafeTensors.Entry> from) {
    check(name, from);
    SafeTensors.Entry entry = from.get(name);
    byte[] bytes = entry.signedBytes();
    float[] scales = scales(name, from);
    int width = width(name, entry.shape());
    float[] values = new float[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] * scales[i / width];
    }
    return values;
  }

  private static float[] scales(String name, Map<String, SafeTensors.Entry> from) {
    SafeTensors.Entry entry = from.get(name);
    if (entry == null || entry.dtype() != SafeTensors.DType.I8) {
      throw wrong(name, "is %s; I8 is needed", entry == null ? "missing" : entry);
    }
    width(name, entry.shape());
    SafeTensors.Entry scales = from.get(name + SCALE);
    long[] shape = leading(entry.shape());
    if (scales == null) {
      throw wrong(name, "has no scales: %s is missing", name + SCALE);
    }
    if (scales.dtype() != SafeTensors.DType.F32 || !Arrays.equals(scales.shape(), shape)) {
      throw wrong(name, "has the scales %s; F32%s is needed", scales, Arrays.toString(shape));
    }
    return scales.floats();
  }

  private static int width(String name, long[] shape) {
    if (shape.length == 0) {
      throw wrong(name, "has no dimension, so no rows");
    }
    return Math.toIntExact(shape[shape.length - 1]);
  }

  private static long[] leading(long[] shape) {
    return Arrays.copyOf(shape, shape.length - 1);
  }

  private static int rows(long[] shape) {
    long rows = 1;
    for (long dimension : leading(shape)) {
      rows = Math.multiplyExact(rows, dimension);
    }
    return Math.toIntExact(rows);
  }

  private static IllegalArgumentException wrong(String name, String what, Object... values) {
    return new IllegalArgumentException("tensor " + name + " " + what.formatted(values));
  }
}
