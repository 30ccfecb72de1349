package resgen.audio;

/**
 * Resampling by a windowed sinc: a low-pass of 64 zero crossings on each side under a Kaiser window
 * (β = 10). The pass band ends at 0.9 of the lower Nyquist frequency; from that frequency on the
 * stop band is below −90 dB.
 */
public final class Resampler {

  private static final int CROSSINGS = 64; // of the sinc, on each side
  private static final double BETA = 10;
  private static final double CUTOFF = 0.955; // middle of the transition, over the lower Nyquist
  private static final int FINE = 512; // table entries between two crossings

  private static final double[] TABLE = table();

  private final double step; // input samples an output sample
  private final int rate; // of the output

  private Resampler(double step, int rate) {
    this.step = step;
    this.rate = rate;
  }

  /** From one rate to another. */
  public static Resampler between(int from, int to) {
    return new Resampler((double) from / to, to);
  }

  /**
   * Such that everything takes {@code 1/factor} of its time, at the same nominal rate: pitch and
   * formants move by the factor.
   */
  public static Resampler faster(double factor, int rate) {
    if (!(factor > 0.01 && factor < 100)) {
      throw new IllegalArgumentException("factor " + factor + " is not in (0.01, 100)");
    }
    return new Resampler(factor, rate);
  }

  /** The sinc under its window, from the middle on, {@value #FINE} entries a crossing. */
  private static double[] table() {
    double[] table = new double[CROSSINGS * FINE + 2];
    for (int i = 0; i < table.length; i++) {
      double x = (double) i / FINE;
      double u = x / CROSSINGS;
      double window = u >= 1 ? 0 : bessel(BETA * Math.sqrt(1 - u * u)) / bessel(BETA);
      table[i] = (x == 0 ? 1 : StrictMath.sin(Math.PI * x) / (Math.PI * x)) * window;
    }
    return table;
  }

  /** I₀, the modified Bessel function, by its series. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= x * x / (4.0 * k * k);
      sum += term;
    }
    return sum;
  }

  /** A clip at the new rate: {@code ⌈length / step⌉} samples. Beyond its ends is silence. */
  public Clip clip(Clip clip) {
    float[] in = clip.samples();
    int length = Math.max(1, (int) Math.ceil(in.length / step - 1e-9));
    float[] out = new float[length];
    double width = CUTOFF * Math.min(1, 1 / step); // the cut-off over the input's Nyquist
    double reach = CROSSINGS / width; // input samples on each side
    for (int n = 0; n < length; n++) {
      double centre = n * step;
      int first = Math.max(0, (int) Math.ceil(centre - reach));
      int last = Math.min(in.length - 1, (int) Math.floor(centre + reach));
      double sum = 0;
      for (int i = first; i <= last; i++) {
        double place = Math.abs(i - centre) * width * FINE;
        int at = (int) place;
        double part = place - at;
        sum += in[i] * (TABLE[at] + part * (TABLE[at + 1] - TABLE[at]));
      }
      out[n] = (float) (sum * width);
    }
    return Clip.of(out, rate);
  }
}
