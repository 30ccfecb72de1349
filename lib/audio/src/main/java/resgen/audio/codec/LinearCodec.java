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
import java.util.Optional;
import java.util.concurrent.CancellationException;
import resgen.audio.Clip;
import resgen.audio.GriffinLim;
import resgen.audio.LogMel;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.codec.Codec;
import resgen.codec.Hashes;
import resgen.codec.Tokens;
import resgen.nn.Summary;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.quantize.Quantizer;
import resgen.settings.Json;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Torch;
import resgen.torch.WeightFile;

/**
 * A codec in closed form, without a gradient: eight log-mel frames at a time are projected on their
 * principal components, which are quantized residually by k-means, depth after depth. What a
 * trained codec must beat at the same rate. Sound comes back by {@link GriffinLim}.
 */
public final class LinearCodec implements Codec<Speech> {

  private static final WeightFile.Kind KIND =
      new WeightFile.Kind("linear-codec", 1, "a linear speech codec");
  private static final String SETTINGS = "settings";
  private static final String SPEAKERS = "speakers";
  private static final String NUMBERS = "numbers";
  private static final int MOST = 30_000; // positions that it learns from

  /** The numbers of a model that are no arrays. */
  private record Numbers(double[] explained, double level, double deviation) {}

  private final LinearModel model;
  private final List<String> speakers;
  private final NDManager manager = Torch.manager();
  private final Codebooks codebooks;
  private final GriffinLim vocoder;

  private LinearCodec(LinearModel model, List<String> speakers, float[] books, float[] sigma) {
    LinearSettings s = model.settings();
    this.model = model;
    this.speakers = List.copyOf(speakers);
    codebooks = Codebooks.of(manager, books, sigma, s.depth(), s.codes(), s.dimension());
    vocoder = new GriffinLim(s.mel());
  }

  /**
   * Fits a codec: the same speech, settings and thread count give the same codec.
   *
   * @param speech at most 30,000 positions of it are used, from its beginning
   * @throws IllegalArgumentException if there are fewer positions than codes of a depth
   */
  public static LinearCodec fit(Speech speech, LinearSettings settings) {
    float[] rows = rows(speech, settings);
    int width = settings.stride() * settings.mel().mels();
    LinearModel model = LinearModel.fit(rows, settings);
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
    }
    return new LinearCodec(model, speech.speakers(), learned[0], learned[1]);
  }

  private static float[] rows(Speech speech, LinearSettings settings) {
    int most = MOST * settings.stride() * settings.mel().mels();
    List<float[]> parts = new ArrayList<>();
    int count = 0;
    for (int i = 0; i < speech.size() && count < most; i++) {
      LogMel mel = LinearModel.mels(speech.subset(i), settings).get(0);
      parts.add(LinearModel.stacked(mel, settings));
      count += parts.get(i).length;
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
            file.floats("directions", s.dimension(), width),
            file.floats("scale", 1)[0],
            numbers.explained(),
            numbers.level(),
            numbers.deviation());
    return new LinearCodec(
        model,
        List.of(speakers),
        file.floats("codebooks", s.depth(), s.codes(), s.dimension()),
        file.floats("sigma", s.depth()));
  }

  /** Whether files of a format are of this codec. */
  public static boolean reads(String format) {
    return format.equals(KIND.format());
  }

  /** Writes the codec into one file. */
  public void save(Path path) {
    LinearSettings s = settings();
    int width = s.stride() * s.mel().mels();
    WeightFile.of(KIND)
        .metadata(SETTINGS, Json.line(s))
        .metadata(SPEAKERS, Json.line(speakers.toArray(String[]::new)))
        .metadata(NUMBERS, Json.line(numbers()))
        .metadata(WeightFile.FINGERPRINT, fingerprint())
        .floats("mean", model.mean(), width)
        .floats("directions", model.directions(), s.dimension(), width)
        .floats("scale", new float[] {model.scale()}, 1)
        .floats("codebooks", codebooks.array().toFloatArray(), s.depth(), s.codes(), s.dimension())
        .floats("sigma", codebooks.sigma(), s.depth())
        .write(path);
  }

  private Numbers numbers() {
    return new Numbers(model.explained(), model.level(), model.deviation());
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

  /** {@inheritDoc} Lengths differ; what follows an utterance's end is padding. */
  @Override
  public Tokens encode(Speech speech) {
    LinearSettings s = settings();
    int each = s.positions() * s.depth();
    int[] all = new int[Math.multiplyExact(speech.size(), each)];
    int[] lengths = new int[speech.size()];
    for (int i = 0; i < lengths.length; i++) {
      LogMel mel = LinearModel.mels(speech.subset(i), s).get(0);
      lengths[i] = s.positionsOf(mel.frames());
      if (lengths[i] > s.positions()) {
        throw new IllegalArgumentException(
            "%s has %d positions (%.1f s); this codec takes at most %d (%.1f s)"
                .formatted(
                    speech.get(i).id(),
                    lengths[i],
                    lengths[i] / s.positionRate(),
                    s.positions(),
                    s.positions() / s.positionRate()));
      }
      int[] codes = codes(mel);
      System.arraycopy(codes, 0, all, i * each, codes.length);
    }
    return new Tokens(
        Codes.of(all, s.positions(), s.depth()),
        lengths,
        speech.conditions(),
        layout(),
        codebooks,
        Optional.<Codec<?>>of(this),
        speech.fingerprint());
  }

  /**
   * The codes of a spectrogram.
   *
   * @return {@code [L, D]} in row order, L as its frames need
   */
  public int[] codes(LogMel mel) {
    settings().mel().requireSame("the spectrogram", mel.settings());
    return Torch.scoped(
        () -> Torch.codes(codebooks.encode(model.components(frames(mel))).codes())); // [L, D]
  }

  private NDArray frames(LogMel mel) {
    float[] rows = LinearModel.stacked(mel, settings());
    int width = settings().stride() * settings().mel().mels();
    return Torch.floats(manager, rows, rows.length / width, width); // [L, stride·M]
  }

  /**
   * The spectrogram of codes.
   *
   * @param codes {@code [L, d]} in row order
   * @param depth d, at most D
   * @return of stride·L frames
   */
  public LogMel mel(int[] codes, int depth) {
    return Torch.scoped(
        () -> {
          NDArray array = Torch.longs(manager, codes, codes.length / depth, depth);
          return mel(codebooks.truncate(depth).decode(array));
        });
  }

  private LogMel mel(NDArray components) {
    return new LogMel(Torch.read(model.frames(components)), settings().mel());
  }

  /** A spectrogram's projection on the first h principal components, not quantized. */
  public LogMel project(LogMel mel, int h) {
    return Torch.scoped(
        () -> {
          NDArray z = model.components(frames(mel)); // [L, H]
          float[] keep = new float[settings().dimension()];
          Arrays.fill(keep, 0, h, 1);
          return mel(z.mul(Torch.floats(manager, keep, 1, keep.length))).range(0, mel.frames());
        });
  }

  /** A spectrogram after its codes of the first depths, with as many frames. */
  public LogMel reconstruct(LogMel mel, int depth) {
    int[] whole = codes(mel);
    int d = settings().depth();
    int[] coarse = new int[whole.length / d * depth];
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = whole[i / depth * d + i % depth];
    }
    return mel(coarse, depth).range(0, mel.frames());
  }

  /** The sound of tokens, each of its own length. */
  public Speech decode(Tokens tokens) {
    return decode(tokens.codes(), tokens.condition(), tokens.lengths());
  }

  /** {@inheritDoc} All of the codec's longest length: codes alone do not tell their lengths. */
  @Override
  public Speech decode(Codes codes, Condition conditions) {
    int[] lengths = new int[codes.size()];
    Arrays.fill(lengths, codes.positions());
    return decode(codes, conditions, lengths);
  }

  private Speech decode(Codes codes, Condition conditions, int[] lengths) {
    codes.requireBelow(codebooks.codes());
    List<Utterance> all = new ArrayList<>();
    for (int i = 0; i < codes.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after decoding " + i + " of " + codes.size() + " utterances");
      }
      int[] own = Arrays.copyOf(codes.rows(i), lengths[i] * codes.depth());
      all.add(utterance(i, mel(own, codes.depth()), speaker(conditions, i)));
    }
    return Speech.of("decoded", all, speakers);
  }

  private Utterance utterance(int index, LogMel mel, String speaker) {
    Clip clip = vocoder.clip(mel, 0, index);
    return new Utterance("decoded-" + index, speaker, "", List.of(), Sound.of(clip));
  }

  private String speaker(Condition conditions, int index) {
    if (conditions instanceof Condition.Classes classes) {
      String name = classes.name(index);
      return speakers.contains(name) ? name : "";
    }
    return "";
  }

  @Override
  public Speech decodePartly(Codes codes, int sample, int[][] visible) {
    List<Utterance> all = new ArrayList<>();
    int l = codes.positions();
    for (int i = 0; i < visible.length; i++) {
      int[] shown = visible[i];
      LogMel mel =
          Torch.scoped(
              () -> {
                NDArray array = Torch.longs(manager, codes.rows(sample), l, codes.depth());
                return mel(codebooks.sums(array, Torch.longs(manager, shown, l)).visible());
              });
      all.add(utterance(i, mel, ""));
    }
    return Speech.of("unmasking", all, speakers);
  }

  @Override
  public int decodedAtOnce() {
    return 1;
  }

  @Override
  public Codebooks codebooks() {
    return codebooks;
  }

  /** {@inheritDoc} A line as long as the longest utterance. */
  @Override
  public Layout layout() {
    return new Layout.Line(settings().positions());
  }

  /** {@inheritDoc} The speakers. */
  @Override
  public List<String> classNames() {
    return speakers;
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
        "Linear codec, %.1f positions/s, %,.0f bits/s nominal"
            .formatted(s.positionRate(), s.bitRate()),
        shapes);
  }

  /** The summary, as notebooks show it. */
  public String toHtml() {
    return summary().toHtml();
  }

  @Override
  public void close() {
    vocoder.close();
    manager.close();
  }
}
