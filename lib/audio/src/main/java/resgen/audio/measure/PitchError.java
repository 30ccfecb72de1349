package resgen.audio.measure;

import resgen.audio.Clip;

/** Median difference of pitch in cents, over frames in which both have voice. */
public record PitchError() implements PairMetric {

  @Override
  public String name() {
    return "f0_error";
  }

  @Override
  public String definition() {
    return "median |Δ F0| in cents, frames with voice in both";
  }

  @Override
  public double measure(Clip reference, Clip other) {
    double[] a = Pitch.of(reference).hertz();
    double[] b = Pitch.of(other).hertz();
    double[] cents = new double[Math.min(a.length, b.length)];
    int count = 0;
    for (int f = 0; f < cents.length; f++) {
      if (a[f] > 0 && b[f] > 0) {
        cents[count++] = Math.abs(1200 * Math.log(b[f] / a[f]) / Math.log(2));
      }
    }
    double[] sorted = java.util.Arrays.copyOf(cents, count);
    java.util.Arrays.sort(sorted);
    return count == 0 ? Double.NaN : sorted[count / 2];
  }
}
