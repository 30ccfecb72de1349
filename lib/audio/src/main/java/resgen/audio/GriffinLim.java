package resgen.audio;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import resgen.noise.Noise;
import resgen.settings.Range;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * Sound of a log-mel spectrogram without training: magnitudes by the pseudo-inverse of the mel
 * weights, phases by the fast Griffin-Lim algorithm (Griffin and Lim 1984; Perraudin, Balazs and
 * Søndergaard 2013).
 */
public final class GriffinLim implements Vocoder {

  private static final double FLOOR = 1e-10; // least magnitude
  private static final double CUT = 1e-6; // singular values below this part of the largest are 0
  static final int LEAST = 4; // frames that reflection at both ends needs

  /**
   * How phases are found.
   *
   * @param rounds iterations
   * @param momentum of the fast variant; 0 for the algorithm of 1984, whose error never grows
   */
  public record Settings(int rounds, double momentum) {
    public Settings {
      Range.check("rounds", rounds, 1, 10_000);
      if (!(momentum >= 0 && momentum <= 1)) {
        throw new IllegalArgumentException("momentum " + momentum + " is not in [0, 1]");
      }
    }

    /** 32 rounds with momentum 0.99. */
    public static Settings usual() {
      return new Settings(32, 0.99);
    }

    @Override
    public String toString() {
      return "Griffin-Lim, %d rounds, momentum %s".formatted(rounds, momentum);
    }
  }

  /**
   * What the algorithm gave.
   *
   * @param clip the sound
   * @param convergence relative distance of the magnitudes before each round's update
   */
  public record Result(Clip clip, float[] convergence) {}

  private final Settings settings;
  private final MelTransform transform;
  private final Kernel kernel = SoundKernel.of("sound");
  private final NDArray inverse; // [K, M]

  /** A vocoder for spectrograms of these settings. */
  public GriffinLim(MelSettings mel, Settings settings) {
    this.settings = settings;
    transform = new MelTransform(mel);
    inverse =
        Torch.kept(
            Torch.scoped(() -> Torch.kept(kernel.call("inverse", transform.basis(), CUT).head())));
  }

  /** With 32 rounds of the fast variant. */
  public GriffinLim(MelSettings mel) {
    this(mel, Settings.usual());
  }

  @Override
  public MelSettings mel() {
    return transform.settings();
  }

  /** {@inheritDoc} The seed is of the phases that the search starts from. */
  @Override
  public Clip clip(LogMel mel, long seed, int sample) {
    return run(mel, seed, sample).clip();
  }

  /** As {@link #clip}, with the course of the search. */
  public Result run(LogMel mel, long seed, int sample) {
    MelSettings s = transform.settings();
    s.requireSame("the spectrogram", mel.settings());
    LogMel whole = mel.atLeast(LEAST);
    int frames = whole.frames();
    float[] phase = new float[s.bins() * frames];
    Noise.of(seed).fork("griffin-lim").stream(sample).fillUniform(phase);
    for (int i = 0; i < phase.length; i++) {
      phase[i] *= (float) (2 * Math.PI);
    }
    int length = Math.max(1, (mel.frames() - 1) * s.hop());
    try (NDManager manager = transform.manager().newSubManager()) {
      return Torch.scoped(
          () -> {
            NDArray magnitudes =
                kernel
                    .call(
                        "magnitudes",
                        Torch.floats(manager, whole.values(), 1, frames, s.mels()),
                        inverse,
                        FLOOR)
                    .head(); // [1, K, F]
            NDList found =
                kernel.call(
                    "griffin_lim",
                    magnitudes,
                    Torch.floats(manager, phase, 1, s.bins(), frames),
                    transform.window(),
                    s.fft(),
                    s.hop(),
                    settings.rounds(),
                    settings.momentum());
            float[] samples = java.util.Arrays.copyOf(Torch.read(found.get(0)), length);
            return new Result(Clip.of(samples, s.rate()), Torch.read(found.get(1)));
          });
    }
  }

  @Override
  public String toString() {
    return settings.toString();
  }

  @Override
  public void close() {
    inverse.close();
    transform.close();
  }
}
