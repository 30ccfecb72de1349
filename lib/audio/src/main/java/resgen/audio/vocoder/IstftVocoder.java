package resgen.audio.vocoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.audio.Clip;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.Vocoder;
import resgen.nn.Parameters;
import resgen.settings.Json;
import resgen.settings.SourceCommit;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;
import resgen.train.AdamW;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Trainer;
import resgen.train.Training;

/**
 * A vocoder that was trained: a network makes a short-time spectrum of the log-mel spectrogram, and
 * the inverse transform makes sound of it, in one pass (Siuzdak 2024). It learns from the error of
 * log-mel spectrograms of several windows alone; there is no adversarial term.
 */
public final class IstftVocoder implements Vocoder {

  private static final WeightFile.Kind KIND =
      new WeightFile.Kind("istft-vocoder", 1, "a vocoder by the inverse Fourier transform");
  private static final String PREFIX = "model.";
  private static final int LEAST = 4; // frames that reflection at both ends needs

  /**
   * Where a vocoder comes from.
   *
   * @param data name of the speech that it learned from
   * @param dataFingerprint its fingerprint
   * @param level mean of its log-mel values, in nats
   * @param deviation their standard deviation
   * @param training settings
   * @param step steps done
   * @param commit of the source that made it
   */
  public record Origin(
      String data,
      String dataFingerprint,
      double level,
      double deviation,
      Training training,
      long step,
      String commit) {
    public Origin {
      if (!(deviation > 0) || !Double.isFinite(level)) {
        throw new IllegalArgumentException(
            "level %s and deviation %s of log-mel values".formatted(level, deviation));
      }
    }
  }

  private final IstftSettings settings;
  private final Origin origin;
  private final NDManager manager = Torch.manager();
  private final MelTransform transform;
  private final Parameters parameters;
  private final IstftNetwork network;

  private IstftVocoder(IstftSettings settings, Origin origin, Map<String, NDArray> weights) {
    this.settings = settings;
    this.origin = origin;
    transform = new MelTransform(settings.mel());
    parameters = Parameters.on(manager, 0);
    network = new IstftNetwork(parameters, settings, transform, Precision.FP32);
    parameters.load(weights);
    parameters.freeze();
  }

  /** The usual training: batches of 16, AdamW 5e-4 (0.8, 0.9), cosine; 10,000 steps are meant. */
  public static Training usual(long steps) {
    return Training.steps(steps)
        .batch(16)
        .optimizer(new AdamW.Settings(5e-4, 0.8, 0.9, 1e-8, 0.01, 5))
        .rate(Rate.cosine(Math.min(500, Math.max(1, steps / 10))))
        .every(50, 500, 500);
  }

  /**
   * Trains a vocoder. All sound is read first and kept in memory as 16-bit samples, 115 MB an hour
   * at 16 kHz.
   *
   * @param speech to learn from
   * @param validation utterances that are measured, 64 at most
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   * @throws java.util.concurrent.CancellationException if interrupted while sounds are read
   */
  public static IstftVocoder train(
      Speech speech,
      Speech validation,
      IstftSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    try (IstftTraining model = new IstftTraining(speech, validation, settings, training);
        Trainer trainer = new Trainer(model, training, folder, listener);
        NDManager rounded = Torch.manager()) {
      long steps = trainer.run().steps();
      Origin origin =
          new Origin(
              speech.name(),
              speech.fingerprint(),
              model.level(),
              model.deviation(),
              training,
              steps,
              SourceCommit.current());
      Map<String, NDArray> halves = new LinkedHashMap<>();
      trainer
          .ema()
          .averages()
          .forEach((name, array) -> halves.put(name, WeightFormat.rounded(rounded, array)));
      return new IstftVocoder(settings, origin, halves);
    }
  }

  /**
   * A vocoder that was saved.
   *
   * @param name of a shipped checkpoint, or the path of a file that ends in {@code .safetensors}
   * @throws IllegalArgumentException if the file is none, or is damaged
   */
  public static IstftVocoder load(String name) {
    return WeightFile.read(WeightFile.named("vocoder", name), KIND, IstftVocoder::load);
  }

  private static IstftVocoder load(WeightFile file) {
    IstftSettings settings =
        file.metadata("settings", text -> Json.read(text, IstftSettings.class));
    Origin origin = file.metadata("origin", text -> Json.read(text, Origin.class));
    Parameters plan = Parameters.plan(file.bound());
    new IstftNetwork(plan, settings, null, Precision.FP32);
    file.check(PREFIX, plan.shapes());
    try (NDManager loaded = Torch.manager()) {
      return new IstftVocoder(settings, origin, file.arrays(loaded, PREFIX));
    }
  }

  /** Writes it into one file, parameters as half floats, which they were rounded to. */
  public void save(Path path) {
    WeightFile.of(KIND)
        .metadata("settings", Json.line(settings))
        .metadata("origin", Json.line(origin))
        .metadata(WeightFile.FINGERPRINT, fingerprint())
        .weights(PREFIX, parameters.arrays(), WeightFormat.HALF)
        .write(path);
  }

  /** SHA-256 over all of its numbers, in hex. */
  public String fingerprint() {
    return parameters.fingerprint();
  }

  /** The settings it was built with. */
  public IstftSettings settings() {
    return settings;
  }

  /** What it was trained on and how. */
  public Origin origin() {
    return origin;
  }

  /** How many numbers it has. */
  public long parameterCount() {
    return parameters.count();
  }

  @Override
  public MelSettings mel() {
    return settings.mel();
  }

  /** {@inheritDoc} Nothing is random in it. What is beyond full scale is cut. */
  @Override
  public Clip clip(LogMel mel, long seed, int sample) {
    settings.mel().requireSame("the spectrogram", mel.settings());
    int m = settings.mel().mels();
    LogMel whole = mel.atLeast(LEAST);
    int length = Math.max(1, (mel.frames() - 1) * settings.mel().hop());
    float[] samples =
        Torch.scoped(
            () -> {
              NDArray x = Torch.floats(manager, whole.values(), 1, whole.frames(), m);
              NDArray y =
                  network.sound(x.sub((float) origin.level()).div((float) origin.deviation()));
              return Torch.read(y.clip(-1, 1));
            });
    return Clip.of(Arrays.copyOf(samples, length), settings.mel().rate());
  }

  @Override
  public String toString() {
    return "inverse Fourier transform of a network, %,d parameters, %s"
        .formatted(parameterCount(), fingerprint().substring(0, 12));
  }

  @Override
  public void close() {
    parameters.close();
    transform.close();
    manager.close();
  }
}
