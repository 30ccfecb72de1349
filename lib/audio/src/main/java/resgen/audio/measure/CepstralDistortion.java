package resgen.audio.measure;

import resgen.audio.Clip;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;

/**
 * Mel cepstral distortion (Kubichek 1993): (10/ln 10)·√(2·Σ Δc²) over cepstra 1 … 13, without
 * loudness, averaged over frames; in dB. Cepstra are the orthonormal cosine transform of log-mel
 * magnitudes, so that numbers compare with each other, not with those of other programs.
 *
 * @param mel settings of the spectrograms
 * @param warped whether frames are paired by dynamic time warping, as speech of another length
 *     needs it, or one by one
 */
public record CepstralDistortion(MelSettings mel, boolean warped) implements PairMetric {

  private static final int COUNT = 13;

  @Override
  public String name() {
    return warped ? "mcd_warped" : "mcd";
  }

  @Override
  public String definition() {
    return "mel cepstral distortion in dB, cepstra 1 … 13"
        + (warped ? ", frames paired by time warping" : "");
  }

  @Override
  public double measure(Clip reference, Clip other) {
    try (MelTransform transform = new MelTransform(mel)) {
      double[][] a = Cepstra.of(transform.of(reference), COUNT);
      double[][] b = Cepstra.of(transform.of(other), COUNT);
      return warped
          ? Warp.mean(a.length, b.length, (i, j) -> distance(a[i], b[j]))
          : Warp.straight(a.length, b.length, i -> distance(a[i], b[i]));
    }
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int q = 1; q <= COUNT; q++) {
      sum += (a[q] - b[q]) * (a[q] - b[q]);
    }
    return 10 / Math.log(10) * Math.sqrt(2 * sum);
  }
}
