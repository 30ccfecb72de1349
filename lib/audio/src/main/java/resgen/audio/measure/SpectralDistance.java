package resgen.audio.measure;

import ai.djl.ndarray.NDManager;
import resgen.audio.Clip;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.torch.Torch;

/**
 * Log-spectral distance: the root mean square over bins of the difference in dB, averaged over
 * frames; magnitudes below 1e-4 count as 1e-4.
 *
 * @param mel settings whose transform is taken
 */
public record SpectralDistance(MelSettings mel) implements PairMetric {

  private static final double FLOOR = 1e-4;

  @Override
  public String name() {
    return "log_spectral_distance";
  }

  @Override
  public String definition() {
    return "log-spectral distance in dB";
  }

  @Override
  public double measure(Clip reference, Clip other) {
    try (MelTransform transform = new MelTransform(mel)) {
      float[] a = spectrum(transform, reference);
      float[] b = spectrum(transform, other);
      int bins = mel.bins();
      int framesA = a.length / (2 * bins);
      int framesB = b.length / (2 * bins);
      return Warp.straight(
          framesA,
          framesB,
          f -> {
            double sum = 0;
            for (int k = 0; k < bins; k++) {
              double d = level(a, k * framesA + f) - level(b, k * framesB + f);
              sum += d * d;
            }
            return Math.sqrt(sum / bins);
          });
    }
  }

  private float[] spectrum(MelTransform transform, Clip clip) {
    Clip own = clip.resample(mel.rate());
    try (NDManager manager = Torch.manager()) {
      return Torch.scoped(
          () ->
              Torch.read(
                  transform.stft(
                      Torch.floats(manager, own.samples(), 1, own.length())))); // [K,F,2]
    }
  }

  private static double level(float[] spectrum, int at) {
    return 20 * Math.log10(Math.max(FLOOR, Math.hypot(spectrum[2 * at], spectrum[2 * at + 1])));
  }
}
