package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import resgen.audio.GriffinLim;
import resgen.audio.LogMel;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.nn.Summary;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.quantize.Quantizer;
import resgen.settings.Hashes;
import resgen.settings.Json;
import resgen.settings.Later;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/**
 * A codec in closed form, without a gradient: eight log-mel frames at a time are projected on their
 * principal components, which are quantized residually by k-means, depth after depth. What a
 * trained codec must beat at the same rate. Sound comes back by {@link GriffinLim}.
 */
public final class LinearCodec extends SpectrogramCodec {

  private static final WeightFile.Kind KIND =
      new WeightFile.Kind("linear-codec", 1, "a linear speech codec");
  private static final String SETTINGS = "settings";
  private static final String SPEAKERS = "speakers";
  private static final String NUMBERS = "numbers";
  private static final String DIRECTIONS = "directions";
  private static final String BOOKS = "codebooks";
  private static final int MOST = 30_000; // positions that it learns from

  /** The numbers of a model that are no arrays. */
  private record Numbers(
      double[] explained, double level, double deviation, @Later List<Double> loudest) {}

  private final LinearModel model;
  private final WeightFormat storage;
  private final NDManager manager = Torch.manager();
  private final Codebooks codebooks;

  private LinearCodec(
      LinearModel model,
      List<String> speakers,
      float[] books,
      float[] sigma,
      WeightFormat storage) {
    super(
        model.settings().mel(), model.settings().stride(), model.settings().positions(), speakers);
    LinearSettings s = model.settings();
    this.model = model;
    this.storage = storage;
    codebooks = Codebooks.of(manager, books, sigma, s.depth(), s.codes(), s.dimension());
  }

  /**
   * Fits a codec: the same speech, settings and thread count give the same codec.
   *
   * @param speech at most 30,000 positions of it are used, from its beginning
   * @throws IllegalArgumentException if there are fewer positions than codes of a depth, or so few
   *     different ones that the first depths leave nothing to the others
   */
  public static LinearCodec fit(Speech speech, LinearSettings settings) {
    return fit(speech, settings, WeightFormat.FP32);
  }

  /**
   * The same with directions and codebooks as a file in a format holds them: the codec of that
   * file, whose tokens are not those of the codec in another format.
   */
  public static LinearCodec fit(Speech speech, LinearSettings settings, WeightFormat storage) {
    float[] rows = rows(speech, settings);
    int width = settings.stride() * settings.mel().mels();
    LinearModel model = LinearModel.fit(rows, settings).stored(storage);
    Noise noise = Noise.of(0).fork("linear codec");
    float[][] learned = new float[2][];
    try (NDManager work = Torch.manager()) {
      Quantizer quantizer = Quantizer.of(work, settings.quantizer(), noise);
      Torch.scoped(
          () -> {
            NDArray x = Torch.floats(work, rows, rows.length / width, width); // [N, stride·M]
            quantizer.startFrom(model.components(x), noise);
            Codebooks found = quantizer.freeze(work, 1);
            learned[0] = found.array().toFloatArray();
            learned[1] = found.sigma();
            return null;
          });
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s, %d positions: %s".formatted(speech.name(), rows.length / width, e.getMessage()), e);
    }
    float[] books =
        storage.rounded(
            BOOKS, learned[0], settings.depth(), settings.codes(), settings.dimension());
    return new LinearCodec(model, speech.speakers(), books, learned[1], storage);
  }

  private static float[] rows(Speech speech, LinearSettings settings) {
    int most = MOST * settings.stride() * settings.mel().mels();
    List<float[]> parts = new ArrayList<>();
    int count = 0;
    try (MelTransform transform = new MelTransform(settings.mel())) {
      for (int i = 0; i < speech.size() && count < most; i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted after " + i + " spectrograms");
        }
        parts.add(filled(transform.of(speech.get(i)), settings.stride()).values());
        count += parts.get(i).length;
      }
    }
    float[] all = new float[count];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** A codec that was saved. */
  public static LinearCodec load(Path path) {
    return WeightFile.read(path, KIND, LinearCodec::load);
  }

  private static LinearCodec load(WeightFile file) {
    LinearSettings s = file.metadata(SETTINGS, text -> Json.read(text, LinearSettings.class));
    String[] speakers = file.metadata(SPEAKERS, text -> Json.read(text, String[].class));
    Numbers numbers = file.metadata(NUMBERS, text -> Json.read(text, Numbers.class));
    int width = s.stride() * s.mel().mels();
    LinearModel model =
        new LinearModel(
            s,
            file.floats("mean", width),
            file.weights(DIRECTIONS, s.dimension(), width),
            file.floats("scale", 1)[0],
            numbers.explained(),
            numbers.level(),
            numbers.deviation(),
            numbers.loudest());
    return new LinearCodec(
        model,
        List.of(speakers),
        file.weights(BOOKS, s.depth(), s.codes(), s.dimension()),
        file.floats("sigma", s.depth()),
        file.format(BOOKS));
  }

  /** Whether files of a format are of this codec. */
  public static boolean reads(String format) {
    return format.equals(KIND.format());
  }

  @Override
  public void save(Path path) {
    LinearSettings s = settings();
    int width = s.stride() * s.mel().mels();
    WeightFile.of(KIND)
        .metadata(SETTINGS, Json.line(s))
        .metadata(SPEAKERS, Json.line(classNames().toArray(String[]::new)))
        .metadata(NUMBERS, Json.line(numbers()))
        .metadata(WeightFile.FINGERPRINT, fingerprint())
        .floats("mean", model.mean(), width)
        .weights(DIRECTIONS, model.directions(), storage, s.dimension(), width)
        .floats("scale", new float[] {model.scale()}, 1)
        .weights(
            BOOKS, codebooks.array().toFloatArray(), storage, s.depth(), s.codes(), s.dimension())
        .floats("sigma", codebooks.sigma(), s.depth())
        .write(path);
  }

  private Numbers numbers() {
    return new Numbers(model.explained(), model.level(), model.deviation(), model.loudest());
  }

  /** Its settings. */
  public LinearSettings settings() {
    return model.settings();
  }

  /** Share of the variance that the first h components hold. */
  public double explained(int h) {
    return model.explained()[h - 1];
  }

  /** Mean and standard deviation of the log-mel values that it learned from, in nats. */
  public double[] statistics() {
    return new double[] {model.level(), model.deviation()};
  }

  @Override
  NDArray latents(LogMel whole) {
    return model.components(frames(whole)); // [L, H]
  }

  private NDArray frames(LogMel mel) {
    float[] rows = filled(mel, settings().stride()).values();
    int width = settings().stride() * settings().mel().mels();
    return Torch.floats(manager, rows, rows.length / width, width); // [L, stride·M]
  }

  @Override
  LogMel spectrogram(NDArray latents) {
    return new LogMel(Torch.read(model.frames(latents)), settings().mel());
  }

  @Override
  List<Double> loudest() {
    return model.loudest();
  }

  /** A spectrogram's projection on the first h principal components, not quantized. */
  public LogMel project(LogMel mel, int h) {
    return Torch.scoped(
        () -> {
          NDArray z = model.components(frames(mel)); // [L, H]
          float[] keep = new float[settings().dimension()];
          Arrays.fill(keep, 0, h, 1);
          return spectrogram(z.mul(Torch.floats(manager, keep, 1, keep.length)))
              .range(0, mel.frames());
        });
  }

  @Override
  public Codebooks codebooks() {
    return codebooks;
  }

  @Override
  public String fingerprint() {
    MessageDigest digest = Hashes.digest();
    digest.update(Json.line(settings()).getBytes(StandardCharsets.UTF_8));
    for (float[] part : List.of(model.mean(), model.directions(), new float[] {model.scale()})) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * part.length);
      bytes.asFloatBuffer().put(part);
      digest.update(bytes.array());
    }
    digest.update(codebooks.fingerprint().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public Map<String, Long> parametersByPart() {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("projection", (long) model.mean().length + model.directions().length + 1);
    parts.put("codebooks", codebooks.array().size());
    return parts;
  }

  @Override
  public Summary summary() {
    LinearSettings s = settings();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put("projection.mean", new Shape(model.mean().length));
    shapes.put("projection.directions", new Shape(s.dimension(), model.mean().length));
    shapes.put("codebooks", codebooks.array().getShape());
    return Summary.of(
        "Linear codec, %.1f positions/s, %,.0f bits/s nominal".formatted(positionRate(), bitRate()),
        shapes);
  }

  @Override
  NDManager manager() {
    return manager;
  }
}
