package resgen.audio.measure;

/** The fast Fourier transform of real values, by halves (Cooley and Tukey 1965), in float64. */
final class Fourier {

  private final int size;
  private final double[] cosines;
  private final double[] sines;

  /**
   * A transform.
   *
   * @param size a power of two
   */
  Fourier(int size) {
    if (Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("size " + size + " is not a power of two");
    }
    this.size = size;
    cosines = new double[size / 2];
    sines = new double[size / 2];
    for (int i = 0; i < size / 2; i++) {
      cosines[i] = Math.cos(2 * Math.PI * i / size);
      sines[i] = -Math.sin(2 * Math.PI * i / size);
    }
  }

  /** |X_k|² for k = 0 … size/2 of values that are filled up with zeros. */
  double[] power(double[] values) {
    double[] re = java.util.Arrays.copyOf(values, size);
    double[] im = new double[size];
    for (int i = 1, j = 0; i < size; i++) {
      int bit = size >> 1;
      for (; (j & bit) != 0; bit >>= 1) {
        j ^= bit;
      }
      j ^= bit;
      if (i < j) {
        double kept = re[i];
        re[i] = re[j];
        re[j] = kept;
      }
    }
    for (int length = 2; length <= size; length <<= 1) {
      int step = size / length;
      for (int from = 0; from < size; from += length) {
        for (int k = 0; k < length / 2; k++) {
          int low = from + k;
          int high = low + length / 2;
          double c = cosines[k * step];
          double s = sines[k * step];
          double x = re[high] * c - im[high] * s;
          double y = re[high] * s + im[high] * c;
          re[high] = re[low] - x;
          im[high] = im[low] - y;
          re[low] += x;
          im[low] += y;
        }
      }
    }
    double[] power = new double[size / 2 + 1];
    for (int k = 0; k < power.length; k++) {
      power[k] = re[k] * re[k] + im[k] * im[k];
    }
    return power;
  }
}
