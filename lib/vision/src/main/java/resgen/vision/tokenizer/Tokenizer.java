package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.nn.Parameters;
import resgen.nn.Summary;
import resgen.quantize.Codebooks;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Precision;
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

  private final TokenizerSettings settings;
  private final TokenizerOrigin origin;
  private final NDManager manager;
  private final Parameters parameters;
  private final Autoencoder network;
  private final Codebooks codebooks;
  private final float scale;
  private final String fingerprint;

  /** Takes over manager and parameters, which hold the network's weights. */
  Tokenizer(
      TokenizerSettings settings,
      TokenizerOrigin origin,
      NDManager manager,
      Parameters parameters,
      Autoencoder network,
      Codebooks codebooks,
      float scale) {
    this.settings = settings;
    this.origin = origin;
    this.manager = manager;
    this.parameters = parameters;
    this.network = network;
    this.codebooks = codebooks;
    this.scale = scale;
    parameters.freeze();
    fingerprint = TokenizerFile.fingerprint(this);
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

  /**
   * A tokenizer that was saved.
   *
   * @param name of a shipped checkpoint, as {@code fashion-rvq8}, or the path of a file that ends
   *     in {@code .safetensors}
   * @throws IllegalArgumentException if there is none, naming those there are, or if the file is
   *     not a tokenizer
   */
  public static Tokenizer load(String name) {
    return TokenizerFile.load(TokenizerFile.locate(name));
  }

  /** Writes the tokenizer into one safetensors file: weights in half precision, as they are. */
  public void save(Path path) {
    TokenizerFile.save(this, path);
  }

  /**
   * The tokenizer that a training checkpoint holds: averaged weights and codebooks, with scale and
   * residual deviations measured on the training images.
   */
  public static Tokenizer fromCheckpoint(Path checkpoint, Images train) {
    return TokenizerFreeze.checkpoint(checkpoint, train);
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
   */
  public static Tokenizer train(
      Images images,
      TokenizerSettings settings,
      Training training,
      Optional<FeatureDistance> features,
      Optional<Path> folder,
      Listener listener) {
    return TokenizerFreeze.train(images, settings, training, features, folder, listener);
  }

  /** {@inheritDoc} From the user's {@link TokenCache#standard() cache} if they are there. */
  @Override
  public Tokens encode(Images images) {
    return encode(images, TokenCache.standard());
  }

  /**
   * The tokens of images.
   *
   * @throws IllegalArgumentException if size or channels are not the tokenizer's
   * @throws java.util.concurrent.CancellationException if interrupted; the interrupt stays set
   */
  public Tokens encode(Images images, TokenCache cache) {
    TokenizerBatches.check(this, images);
    String data = images.fingerprint();
    Codes codes =
        cache.get(fingerprint, data, images.size(), () -> TokenizerBatches.codes(this, images));
    return Tokens.of(
        codes, images.conditions(), layout(), codebooks, Optional.<Codec<?>>of(this), data);
  }

  /** The chosen images as the network takes them: padded, in [-1, 1], {@code [B, C, S, S]}. */
  NDArray pixels(Images images, int... chosen) {
    return TokenizerBatches.pixels(this, images, chosen);
  }

  /**
   * What the quantizer is given: the scaled latents of all images, {@code [N·L, H]} in row order.
   *
   * @throws IllegalArgumentException if size or channels are not the tokenizer's
   */
  public float[] latents(Images images) {
    return TokenizerBatches.latents(this, images);
  }

  /** {@code [B, C, S, S] → [B, L, H]}: scaled latents. */
  public NDArray encode(NDArray pixels) {
    return network.encode(pixels).mul(scale);
  }

  /** {@code [B, L, H] → [B, C, S, S]}: scaled latents to images in about [-1, 1], with padding. */
  public NDArray decode(NDArray latents) {
    return network.decode(latents.mul(1 / scale));
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
    return TokenizerBatches.images(this, codes, ids, names);
  }

  /** The images of codes, all of them given class 0. */
  public Images decode(Codes codes) {
    return decode(codes, new int[codes.size()]);
  }

  @Override
  public int decodedAtOnce() {
    return TokenizerBatches.decoded(this);
  }

  /**
   * The images of codes, cropped to the size of the training images.
   *
   * @param codes of D depths, or of fewer for the reconstruction from the coarse ones alone
   * @param labels one class per image
   * @throws java.util.concurrent.CancellationException as {@link #encode(Images, TokenCache)}
   */
  public Images decode(Codes codes, int[] labels) {
    return TokenizerBatches.images(this, codes, labels, classNames());
  }

  @Override
  public Images decodePartly(Codes codes, int image, int[][] visible) {
    return TokenizerBatches.partly(this, codes, image, visible);
  }

  /** {@inheritDoc} In the scaled latents' units. */
  @Override
  public Codebooks codebooks() {
    return codebooks;
  }

  /** {@inheritDoc} A square grid. */
  @Override
  public Layout layout() {
    int side = settings.autoencoder().grid();
    return new Layout.Grid(side, side);
  }

  /** The settings it was built with. */
  public TokenizerSettings settings() {
    return settings;
  }

  /** What it was trained on and how. */
  public TokenizerOrigin origin() {
    return origin;
  }

  /** What the encoder's latents are multiplied by. */
  public float scale() {
    return scale;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /** Numbers in the network and the codebooks. */
  public long parameterCount() {
    return parametersByPart().values().stream().mapToLong(Long::longValue).sum();
  }

  /** {@inheritDoc} Encoder, decoder and codebooks. */
  @Override
  public Map<String, Long> parametersByPart() {
    Map<String, Long> parts = new java.util.LinkedHashMap<>(parameters.countByPart());
    parts.put("codebooks", codebooks.array().size());
    return parts;
  }

  @Override
  public Summary summary() {
    String title = "Tokenizer, %,d parameters".formatted(parameterCount());
    Map<String, Shape> books = Map.of("codebooks", codebooks.array().getShape());
    return Summary.of(title, parameters.shapes()).with("", books);
  }

  /** The summary, as notebooks show it. */
  public String toHtml() {
    return summary().toHtml();
  }

  @Override
  public List<String> classNames() {
    return origin.classNames();
  }

  NDManager manager() {
    return manager;
  }

  Parameters parameters() {
    return parameters;
  }

  static Autoencoder network(Parameters parameters, TokenizerSettings settings) {
    return new Autoencoder(parameters, settings.autoencoder(), Precision.FP32);
  }

  @Override
  public void close() {
    parameters.close();
    manager.close();
  }
}
