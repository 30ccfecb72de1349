package resgen.audio;

import java.util.function.DoubleUnaryOperator;
import resgen.noise.Noise;

/** Made-up sounds for tests. */
final class Sounds {

  private Sounds() {}

  /** A function of the time in seconds. */
  static Clip of(int rate, int length, DoubleUnaryOperator wave) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) wave.applyAsDouble((double) i / rate);
    }
    return Clip.of(samples, rate);
  }

  static Clip sine(int rate, int length, double hertz) {
    return of(rate, length, t -> 0.5 * Math.sin(2 * Math.PI * hertz * t));
  }

  static Clip noise(int rate, int length, long seed) {
    float[] samples = Noise.of(seed).stream(0).gaussians(length);
    return Clip.of(samples, rate).gain(0.1);
  }

  /** A tone and a chirp, 0.25 s of 16 kHz. */
  static Clip golden() {
    return of(
        16_000,
        4001,
        t ->
            0.5 * Math.sin(2 * Math.PI * 440 * t)
                + 0.25 * Math.sin(2 * Math.PI * (1000 + 2000 * t) * t));
  }
}
