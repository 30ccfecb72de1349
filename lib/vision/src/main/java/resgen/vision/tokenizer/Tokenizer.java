package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.nn.Summary;
import resgen.quantize.Codebooks;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;

/**
 * Images to tokens and back: a trained autoencoder with frozen codebooks. Immutable.
 *
 * <p>The latents that it takes and gives are scaled so that their total standard deviation on the
 * training images is 1, and so are the codebooks; the scale is part of the tokenizer. It encodes
 * and decodes in float32, so that codes do not depend on the machine's fastest precision.
 */
public final class Tokenizer implements Codec<Images> {

  private static final int ENCODED = 200; // images of 32×32 in a batch of the encoder
  private static final int DECODED = 32; // of the decoder
  private static final int ON_GPU = 16; // times as many on a GPU

  /**
   * Where a tokenizer comes from and what it fits.
   *
   * @param data name of the images that it learned from
   * @param dataFingerprint their fingerprint
   * @param height rows of its images, before padding
   * @param width columns of its images, before padding
   * @param classNames names of their classes
   * @param training settings of its training
   * @param step steps done
   * @param commit of the source that made it
   */
  public record Origin(
      String data,
      String dataFingerprint,
      int height,
      int width,
      List<String> classNames,
      Training training,
      long step,
      String commit) {

    public Origin {
      classNames = List.copyOf(classNames);
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "image size " + height + "×" + width + " must be at least 1×1");
      }
    }
  }

  private final TokenizerModel model;
  private final TokenizerSettings settings;
  private final Codebooks codebooks;

  /** Takes over the model. */
  Tokenizer(TokenizerModel model) {
    this.model = model;
    settings = model.settings();
    codebooks = model.codebooks();
  }

  /** Settings for tests; {@link TokenizerSettings#tiny()}. */
  public static TokenizerSettings tiny() {
    return TokenizerSettings.tiny();
  }

  /** Settings for Fashion-MNIST; {@link TokenizerSettings#small()}. */
  public static TokenizerSettings small() {
    return TokenizerSettings.small();
  }

  /** Settings for CIFAR-10; {@link TokenizerSettings#cifar()}. */
  public static TokenizerSettings cifar() {
    return TokenizerSettings.cifar();
  }

  /** The paper's settings for 256-px images; {@link TokenizerSettings#paper(int)}. */
  public static TokenizerSettings paper(int depth) {
    return TokenizerSettings.paper(depth);
  }

  /** The usual training: batches of 64, peak rate 2e-3, cosine; 3000 steps made fashion-rvq8. */
  public static Training usual(long steps) {
    return Training.steps(steps).learningRate(2e-3).every(50, 250, 500);
  }

  /** Trains for 3000 steps with the usual settings and keeps nothing on disk. */
  public static Tokenizer train(Images images, TokenizerSettings settings) {
    return train(images, settings, usual(3000), Optional.empty(), Listener.none());
  }

  /** Trains without a feature distance. */
  public static Tokenizer train(
      Images images,
      TokenizerSettings settings,
      Training training,
      Optional<Path> folder,
      Listener listener) {
    return train(images, settings, training, Optional.empty(), folder, listener);
  }

  /**
   * Trains a tokenizer. The last tenth of the images, 1000 at most, is kept for validation.
   *
   * @param features the extractor of the feature term; needed if the settings weigh it
   * @param folder for checkpoints and metrics, from which an earlier run resumes; empty for none
   * @throws IllegalArgumentException also if the latents of the images have no spread, as those of
   *     images that are all alike
   */
  public static Tokenizer train(
      Images images,
      TokenizerSettings settings,
      Training training,
      Optional<FeatureDistance> features,
      Optional<Path> folder,
      Listener listener) {
    return TokenizerTraining.train(images, settings, training, features, folder, listener);
  }

  /**
   * The tokenizer that a training checkpoint holds: averaged weights and codebooks, with scale and
   * residual deviations measured on the training images.
   */
  public static Tokenizer fromCheckpoint(Path checkpoint, Images train) {
    return TokenizerTraining.checkpoint(checkpoint, train);
  }

  /**
   * A tokenizer that was saved.
   *
   * @param name of a shipped checkpoint, as {@code fashion-rvq8}, or the path of a file that ends
   *     in {@code .safetensors}
   * @throws IllegalArgumentException if there is none, naming those there are, or if the file is
   *     not a tokenizer, naming what is wrong in it
   */
  public static Tokenizer load(String name) {
    return new Tokenizer(TokenizerModel.load(WeightFile.named("tokenizer", name)));
  }

  /** Writes the tokenizer into one safetensors file: weights in half precision, as they are. */
  public void save(Path path) {
    model.save(path);
  }

  /** {@inheritDoc} From the user's {@link TokenCache#standard() cache} if they are there. */
  @Override
  public Tokens encode(Images images) {
    return encode(images, TokenCache.standard());
  }

  /**
   * The tokens of images, of the images' own classes.
   *
   * @throws IllegalArgumentException if size or channels are not the tokenizer's
   * @throws CancellationException if interrupted; the interrupt stays set
   */
  public Tokens encode(Images images, TokenCache cache) {
    check(images);
    String data = images.fingerprint();
    Codes codes = cache.get(fingerprint(), data, images.size(), spec(), () -> codes(images));
    return Tokens.of(
        codes, images.conditions(), layout(), codebooks, Optional.<Codec<?>>of(this), data);
  }

  private Codes codes(Images images) {
    int positions = settings.positions();
    int each = positions * codebooks.depth();
    int[] all = new int[Math.multiplyExact(images.size(), each)];
    inBatches(
        images.size(),
        batch(ENCODED),
        "encoding",
        rows -> {
          long[] some = model.codes(pixels(images, rows)).toLongArray(); // [B·L, D]
          for (int i = 0; i < some.length; i++) {
            all[rows[0] * each + i] = (int) some[i];
          }
          return null;
        });
    return Codes.of(all, positions, codebooks.depth());
  }

  /**
   * What the quantizer is given: the scaled latents of all images, {@code [N·L, H]} in row order.
   *
   * @throws IllegalArgumentException if size or channels are not the tokenizer's
   */
  public float[] latents(Images images) {
    check(images);
    int each = settings.positions() * codebooks.dimension();
    return floats(
        images.size(), each, batch(ENCODED), "encoding", rows -> encode(pixels(images, rows)));
  }

  private void check(Images images) {
    int channels = settings.autoencoder().channels();
    Origin origin = origin();
    if (images.channels() != channels
        || images.height() != origin.height()
        || images.width() != origin.width()) {
      throw new IllegalArgumentException(
          "%s: images of %d×%d×%d; this tokenizer takes %d×%d×%d"
              .formatted(
                  images.name(),
                  images.channels(),
                  images.height(),
                  images.width(),
                  channels,
                  origin.height(),
                  origin.width()));
    }
  }

  /** The chosen images as the network takes them: padded, in [-1, 1], {@code [B, C, S, S]}. */
  NDArray pixels(Images images, int... chosen) {
    int side = settings.autoencoder().imageSize();
    Images padded = images.subset(chosen).padTo(side, side);
    int[] all = IntStream.range(0, chosen.length).toArray();
    return Torch.floats(
        model.manager(), padded.normalized(all), chosen.length, padded.channels(), side, side);
  }

  /** {@code [B, C, S, S] → [B, L, H]}: scaled latents. */
  public NDArray encode(NDArray pixels) {
    return model.encode(pixels);
  }

  /** {@code [B, L, H] → [B, C, S, S]}: scaled latents to images in about [-1, 1], with padding. */
  public NDArray decode(NDArray latents) {
    return model.decode(latents);
  }

  /** The images of tokens, with their classes. */
  public Images decode(Tokens tokens) {
    return decode(tokens.codes(), tokens.condition());
  }

  /** {@inheritDoc} Those without a class get one of their own, after all others. */
  @Override
  public Images decode(Codes codes, Condition conditions) {
    if (!(conditions instanceof Condition.Classes classes)) {
      throw new IllegalArgumentException("images have classes, not " + conditions);
    }
    List<String> names = new ArrayList<>(classes.names());
    int[] ids = classes.ids();
    if (IntStream.of(ids).anyMatch(id -> id == classes.count())) {
      names.add(Condition.Classes.NO_CLASS);
    }
    return images(codes, ids, names);
  }

  /** The images of codes, all of them given class 0. */
  public Images decode(Codes codes) {
    return decode(codes, new int[codes.size()]);
  }

  /**
   * The images of codes, cropped to the size of the training images.
   *
   * @param codes of D depths, or of fewer for the reconstruction from the coarse ones alone
   * @param labels one class per image, of those that the tokenizer was trained on
   * @throws IllegalArgumentException naming a code that is not below V
   * @throws CancellationException as {@link #encode(Images, TokenCache)}
   */
  public Images decode(Codes codes, int[] labels) {
    return images(codes, labels, classNames());
  }

  private Images images(Codes codes, int[] labels, List<String> names) {
    check(codes);
    int side = settings.autoencoder().imageSize();
    int each = settings.autoencoder().channels() * side * side;
    float[] values =
        floats(
            codes.size(),
            each,
            decodedAtOnce(),
            "decoding",
            rows -> model.images(sums(codes, rows)));
    return cropped("decoded", values, labels, names);
  }

  private void check(Codes codes) {
    if (codes.positions() != settings.positions() || codes.depth() > codebooks.depth()) {
      throw new IllegalArgumentException(
          "codes of %d positions × %d depths; this tokenizer's are %d × at most %d"
              .formatted(
                  codes.positions(), codes.depth(), settings.positions(), codebooks.depth()));
    }
    codes.requireBelow(codebooks.codes());
  }

  /** Σ_j e(x_j; j) over the depths that the codes have: {@code [n, L, H]}. */
  NDArray sums(Codes codes, int... rows) {
    long all = (long) rows.length * codes.positions();
    NDArray array = Torch.longs(model.manager(), codes.rows(rows), all, codes.depth()); // [n·L, d]
    return codebooks
        .truncate(codes.depth())
        .decode(array)
        .reshape(rows.length, codes.positions(), codebooks.dimension());
  }

  @Override
  public Images decodePartly(Codes codes, int image, int[][] visible) {
    check(codes.range(image, image + 1));
    int l = codes.positions();
    int n = visible.length;
    int[] rows = new int[n];
    Arrays.fill(rows, image);
    int[] seen = Arrays.stream(visible).flatMapToInt(IntStream::of).toArray();
    float[] values =
        Torch.scoped(
            () -> {
              NDManager manager = model.manager();
              NDArray array = Torch.longs(manager, codes.rows(rows), (long) n * l, codes.depth());
              NDArray shown = Torch.longs(manager, seen, (long) n * l);
              NDArray sums = codebooks.sums(array, shown).visible();
              return decode(sums.reshape(n, l, codebooks.dimension())).toFloatArray();
            });
    return cropped("unmasking", values, new int[n], classNames());
  }

  private Images cropped(String name, float[] values, int[] labels, List<String> names) {
    AutoencoderSettings s = settings.autoencoder();
    return Images.ofNormalized(
            name, s.channels(), s.imageSize(), s.imageSize(), values, labels, names)
        .cropTo(origin().height(), origin().width());
  }

  @Override
  public int decodedAtOnce() {
    return batch(DECODED);
  }

  /** As many images at once as of 32×32, fewer of larger ones; more where launches take longer. */
  private int batch(int usual) {
    int most = model.manager().getDevice().isGpu() ? ON_GPU * usual : usual;
    int side = settings.autoencoder().imageSize();
    return Math.max(1, Math.min(most, most * 32 * 32 / (side * side)));
  }

  /** Takes sets of any size through in batches; an interrupt between two ends it and stays set. */
  private static void inBatches(int all, int size, String what, Function<int[], Void> work) {
    for (int from = 0; from < all; from += size) {
      if (from > 0 && Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after " + what + " " + from + " of " + all + " images");
      }
      int[] rows = IntStream.range(from, Math.min(all, from + size)).toArray();
      Torch.scoped(() -> work.apply(rows));
    }
  }

  private static float[] floats(
      int all, int each, int size, String what, Function<int[], NDArray> work) {
    float[] values = new float[Math.multiplyExact(all, each)];
    inBatches(
        all,
        size,
        what,
        rows -> {
          float[] some = work.apply(rows).toFloatArray();
          System.arraycopy(some, 0, values, rows[0] * each, some.length);
          return null;
        });
    return values;
  }

  /** {@inheritDoc} In the scaled latents' units. */
  @Override
  public Codebooks codebooks() {
    return codebooks;
  }

  /** {@inheritDoc} A square grid. */
  @Override
  public Layout layout() {
    return settings.spec().layout();
  }

  /** The settings it was built with. */
  public TokenizerSettings settings() {
    return settings;
  }

  /** What it was trained on and how. */
  public Origin origin() {
    return model.origin();
  }

  /** What the encoder's latents are multiplied by. */
  public float scale() {
    return model.scale();
  }

  @Override
  public String fingerprint() {
    return model.fingerprint();
  }

  @Override
  public List<String> classNames() {
    return origin().classNames();
  }

  /** Numbers in the network and the codebooks. */
  public long parameterCount() {
    return parametersByPart().values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@inheritDoc} Encoder, decoder and codebooks. */
  @Override
  public Map<String, Long> parametersByPart() {
    Map<String, Long> parts = new LinkedHashMap<>(model.parameters().countByPart());
    parts.put("codebooks", codebooks.array().size());
    return parts;
  }

  @Override
  public Summary summary() {
    Map<String, Shape> books = Map.of("codebooks", codebooks.array().getShape());
    return Summary.of(toString(), model.parameters().shapes()).with("", books);
  }

  /** The summary, as notebooks show it. */
  public String toHtml() {
    return summary().toHtml();
  }

  @Override
  public void close() {
    model.close();
  }

  @Override
  public String toString() {
    return "Tokenizer, %,d parameters".formatted(parameterCount());
  }
}
