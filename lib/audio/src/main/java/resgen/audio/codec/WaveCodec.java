package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import resgen.audio.Clip;
import resgen.audio.Speech;
import resgen.audio.Vocoder;
import resgen.nn.Summary;
import resgen.quantize.Codebooks;
import resgen.settings.Json;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.train.AdamW;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Training;

/**
 * The waveform RVQ-VAE: a trained convolutional autoencoder of sound itself with frozen codebooks.
 * Short-time spectra go in and come out, so that no vocoder is needed. Latents and codebooks are
 * scaled such that the latents' total standard deviation on the training speech is 1. It encodes
 * and decodes in float32.
 */
public final class WaveCodec extends SpeechCodec {

  private static final WeightFile.Kind KIND =
      new WeightFile.Kind("wave-codec", 1, "a codec of waves");

  /**
   * Where a codec comes from.
   *
   * @param data name of the speech that it learned from
   * @param dataFingerprint its fingerprint
   * @param speakers of it
   * @param training settings
   * @param step steps done
   * @param commit of the source that made it
   */
  public record Origin(
      String data,
      String dataFingerprint,
      List<String> speakers,
      Training training,
      long step,
      String commit) {
    public Origin {
      speakers = List.copyOf(speakers);
    }
  }

  private final WaveVaeSettings settings;
  private final Origin origin;
  private final Frozen<WaveVae> trained;
  private final String fingerprint;

  /** Takes over what was trained. */
  WaveCodec(WaveVaeSettings settings, Origin origin, Frozen<WaveVae> trained) {
    super(settings.mel(), settings.stride(), settings.positions(), origin.speakers());
    this.settings = settings;
    this.origin = origin;
    this.trained = trained;
    fingerprint = trained.hash(Json.line(settings));
  }

  /**
   * The usual training: batches of 16, AdamW 1e-3 (0.9, 0.98), cosine; 10,000 steps are meant.
   * Gradients are clipped at 15 times the norm of {@link MelCodec#usual}, as the error weighs so
   * much more.
   */
  public static Training usual(long steps) {
    return Training.steps(steps)
        .batch(16)
        .optimizer(new AdamW.Settings(1e-3, 0.9, 0.98, 1e-8, 0.01, 75))
        .rate(Rate.cosine(Math.min(500, Math.max(1, steps / 10))))
        .every(50, 500, 500);
  }

  /**
   * Trains a codec. There is no adversarial term, which the paper has: the error of log-mel
   * spectrograms of several windows alone tells how sound is to be. All sound is read first and
   * kept in memory as 16-bit samples, 115 MB an hour at 16 kHz.
   *
   * @param speech to learn from
   * @param validation utterances that are measured, 64 at most
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   * @throws java.util.concurrent.CancellationException if interrupted while sounds are read
   */
  public static WaveCodec train(
      Speech speech,
      Speech validation,
      WaveVaeSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    return WaveVaeTraining.train(speech, validation, settings, training, folder, listener);
  }

  /** A codec that was saved. */
  public static WaveCodec load(Path path) {
    return WeightFile.read(path, KIND, WaveCodec::load);
  }

  /** Whether files of a format are of this codec. */
  static boolean reads(String format) {
    return format.equals(KIND.format());
  }

  private static WaveCodec load(WeightFile file) {
    WaveVaeSettings settings =
        file.metadata("settings", text -> Json.read(text, WaveVaeSettings.class));
    Origin origin = file.metadata("origin", text -> Json.read(text, Origin.class));
    return new WaveCodec(
        settings,
        origin,
        Frozen.read(
            file,
            settings.quantizer(),
            parameters -> new WaveVae(parameters, settings, Precision.FP32)));
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

  /** {@inheritDoc} Silence fills the last position. */
  @Override
  int[] first(Clip clip, int count) {
    float[] samples = Arrays.copyOf(clip.samples(), Math.multiplyExact(count, settings.samples()));
    return Torch.scoped(
        () -> {
          NDArray x = Torch.floats(manager(), samples, 1, samples.length); // [1, T]
          return Torch.codes(codebooks().encode(trained.encode(x)).codes()); // [L, D]
        });
  }

  /** {@inheritDoc} The last position's included; what is beyond full scale is cut. */
  @Override
  Clip sound(NDArray sums, int index) {
    return Clip.of(Torch.read(trained.decode(sums).clip(-1, 1)), settings.mel().rate());
  }

  @Override
  public void use(Vocoder other) {
    throw new IllegalArgumentException(
        "a waveform codec makes sound itself; no vocoder can be put after it");
  }

  @Override
  public String vocoder() {
    return "none";
  }

  @Override
  NDManager manager() {
    return trained.manager();
  }

  /** The settings it was built with. */
  public WaveVaeSettings settings() {
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
    return trained.summary(
        "Waveform RVQ-VAE, %.1f positions/s, %,.0f bits/s nominal"
            .formatted(positionRate(), bitRate()));
  }
}
