package resgen.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import resgen.torch.Torch;

/**
 * Rotary position tables: cosine and sine of every position's angle, {@code [L, headWidth]}.
 *
 * <p>On a grid the pairs of a head are split in two halves, one turned by the row and one by the
 * column (axial); in a line all are turned by the position. Pair i of n pairs turns at 10000^(−i/n)
 * radians a step.
 *
 * @param cos {@code [L, headWidth]}
 * @param sin {@code [L, headWidth]}
 */
public record Rotary(NDArray cos, NDArray sin) {

  private static final double BASE = 10_000;

  /** Tables for a grid of {@code height × width} positions in row order. */
  public static Rotary grid(NDManager manager, int height, int width, int headWidth) {
    int pairs = headWidth / 2;
    int perAxis = Math.max(1, pairs / 2);
    float[] cos = new float[height * width * headWidth];
    float[] sin = new float[cos.length];
    for (int i = 0; i < height * width; i++) {
      for (int p = 0; p < pairs; p++) {
        int axis = p < perAxis ? i / width : i % width;
        int count = p < perAxis ? perAxis : pairs - perAxis;
        double angle = axis * Math.pow(BASE, -(double) (p < perAxis ? p : p - perAxis) / count);
        put(cos, i, p, headWidth, Math.cos(angle));
        put(sin, i, p, headWidth, Math.sin(angle));
      }
    }
    long length = (long) height * width;
    return new Rotary(
        Torch.floats(manager, cos, length, headWidth),
        Torch.floats(manager, sin, length, headWidth));
  }

  /** Tables for positions in a line. */
  public static Rotary line(NDManager manager, int length, int headWidth) {
    int pairs = headWidth / 2;
    float[] cos = new float[length * headWidth];
    float[] sin = new float[cos.length];
    for (int i = 0; i < length; i++) {
      for (int p = 0; p < pairs; p++) {
        double angle = i * Math.pow(BASE, -(double) p / pairs);
        put(cos, i, p, headWidth, Math.cos(angle));
        put(sin, i, p, headWidth, Math.sin(angle));
      }
    }
    return new Rotary(
        Torch.floats(manager, cos, length, headWidth),
        Torch.floats(manager, sin, length, headWidth));
  }

  private static void put(float[] table, int row, int pair, int headWidth, double value) {
    table[row * headWidth + pair] = (float) value;
    table[row * headWidth + pair + headWidth / 2] = (float) value;
  }
}
