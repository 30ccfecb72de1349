package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import resgen.audio.LogMel;
import resgen.audio.Speech;
import resgen.nn.Summary;
import resgen.quantize.Codebooks;
import resgen.settings.Json;
import resgen.settings.Later;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.train.AdamW;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Training;

/**
 * The Mel-VAE: a trained convolutional autoencoder of log-mel spectrograms with frozen codebooks.
 * Latents and codebooks are scaled such that the latents' total standard deviation on the training
 * speech is 1. It encodes and decodes in float32.
 */
public final class MelCodec extends SpectrogramCodec {

  private static final WeightFile.Kind KIND =
      new WeightFile.Kind("mel-codec", 1, "a codec of mel spectrograms");

  /**
   * Where a codec comes from.
   *
   * @param data name of the speech that it learned from
   * @param dataFingerprint its fingerprint
   * @param speakers of it
   * @param level mean of its log-mel values, in nats
   * @param deviation their standard deviation
   * @param training settings
   * @param step steps done
   * @param commit of the source that made it
   * @param loudest the greatest log-mel value of every band, or empty if not known
   */
  public record Origin(
      String data,
      String dataFingerprint,
      List<String> speakers,
      double level,
      double deviation,
      Training training,
      long step,
      String commit,
      @Later List<Double> loudest) {
    public Origin {
      speakers = List.copyOf(speakers);
      loudest = List.copyOf(loudest);
      if (!(deviation > 0) || !Double.isFinite(level)) {
        throw new IllegalArgumentException(
            "level %s and deviation %s of log-mel values".formatted(level, deviation));
      }
    }
  }

  private final MelVaeSettings settings;
  private final Origin origin;
  private final Frozen<MelVae> trained;
  private final String fingerprint;

  /** Takes over what was trained. */
  MelCodec(MelVaeSettings settings, Origin origin, Frozen<MelVae> trained) {
    super(settings.mel(), settings.stride(), settings.positions(), origin.speakers());
    this.settings = settings;
    this.origin = origin;
    this.trained = trained;
    fingerprint = trained.hash(Json.line(settings) + origin.level() + "/" + origin.deviation());
  }

  /** The usual training: batches of 32, AdamW 1e-3 (0.9, 0.98), cosine; 8,000 steps are meant. */
  public static Training usual(long steps) {
    return Training.steps(steps)
        .batch(32)
        .optimizer(new AdamW.Settings(1e-3, 0.9, 0.98, 1e-8, 0.01, 5))
        .rate(Rate.cosine(Math.min(500, Math.max(1, steps / 10))))
        .every(50, 500, 500);
  }

  /**
   * Trains a codec. There is no adversarial term yet.
   *
   * @param speech to learn from
   * @param validation utterances that are measured, 64 at most
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   * @throws java.util.concurrent.CancellationException if interrupted while spectrograms are read
   */
  public static MelCodec train(
      Speech speech,
      Speech validation,
      MelVaeSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    return MelVaeTraining.train(speech, validation, settings, training, folder, listener);
  }

  /** A codec that was saved. */
  public static MelCodec load(Path path) {
    return WeightFile.read(path, KIND, MelCodec::load);
  }

  /** Whether files of a format are of this codec. */
  static boolean reads(String format) {
    return format.equals(KIND.format());
  }

  private static MelCodec load(WeightFile file) {
    MelVaeSettings settings =
        file.metadata("settings", text -> Json.read(text, MelVaeSettings.class));
    Origin origin = file.metadata("origin", text -> Json.read(text, Origin.class));
    checkLoudest(origin.loudest(), settings.mel().mels());
    return new MelCodec(
        settings,
        origin,
        Frozen.read(
            file,
            settings.quantizer(),
            parameters -> new MelVae(parameters, settings, Precision.FP32)));
  }

  @Override
  public void save(Path path) {
    trained
        .addTo(
            WeightFile.of(KIND)
                .metadata("settings", Json.line(settings))
                .metadata("origin", Json.line(origin))
                .metadata(WeightFile.FINGERPRINT, fingerprint))
        .write(path);
  }

  @Override
  NDArray latents(LogMel whole) {
    int m = settings.mel().mels();
    NDArray x = Torch.floats(manager(), whole.values(), 1, whole.frames(), m); // [1, T, M]
    return trained.encode(x.sub((float) origin.level()).div((float) origin.deviation()));
  }

  @Override
  LogMel spectrogram(NDArray latents) {
    NDArray y = trained.decode(latents); // [1, T, M]
    return new LogMel(
        Torch.read(y.mul((float) origin.deviation()).add((float) origin.level())), settings.mel());
  }

  @Override
  List<Double> loudest() {
    return origin.loudest();
  }

  @Override
  NDManager manager() {
    return trained.manager();
  }

  /** The settings it was built with. */
  public MelVaeSettings settings() {
    return settings;
  }

  /** What it was trained on and how. */
  public Origin origin() {
    return origin;
  }

  @Override
  public Codebooks codebooks() {
    return trained.codebooks();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Map<String, Long> parametersByPart() {
    return trained.parametersByPart();
  }

  @Override
  public Summary summary() {
    String title =
        "Mel-VAE, %.1f positions/s, %,.0f bits/s nominal".formatted(positionRate(), bitRate());
    return trained.summary(title);
  }
}
