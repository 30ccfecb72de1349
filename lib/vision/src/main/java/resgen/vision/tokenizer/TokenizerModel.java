package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Hashes;
import resgen.settings.Json;
import resgen.settings.Range;
import resgen.torch.Graphs;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/**
 * What a tokenizer is made of: the autoencoder's frozen weights, the codebooks and the scale of the
 * latents, in memory and as one {@link WeightFile} (weights as half floats, codebooks as float32).
 */
final class TokenizerModel implements AutoCloseable {

  private static final WeightFile.Kind KIND = new WeightFile.Kind("tokenizer", 1, "a tokenizer");
  private static final String PREFIX = "model.";

  private final TokenizerSettings settings;
  private final Tokenizer.Origin origin;
  private final NDManager manager;
  private final Parameters parameters;
  private final Autoencoder network;
  private final Codebooks codebooks;
  private final float scale;
  private final String fingerprint;
  private final Graphs graphs;

  /**
   * Takes over manager and parameters, which hold the network's weights.
   *
   * @param codebooks on the manager, in units of the scaled latents
   * @param scale what the encoder's latents are multiplied by, finite and more than 0
   */
  TokenizerModel(
      TokenizerSettings settings,
      Tokenizer.Origin origin,
      NDManager manager,
      Parameters parameters,
      Autoencoder network,
      Codebooks codebooks,
      float scale) {
    if (!(scale > 0) || !Float.isFinite(scale)) {
      throw new IllegalArgumentException("scale " + scale + " must be finite and more than 0");
    }
    this.settings = settings;
    this.origin = origin;
    this.manager = manager;
    this.parameters = parameters;
    this.network = network;
    this.codebooks = codebooks;
    this.scale = scale;
    parameters.freeze();
    fingerprint = hash();
    graphs = Graphs.on(manager);
  }

  /** The network on parameters, in float32. */
  static Autoencoder network(Parameters parameters, TokenizerSettings settings) {
    return new Autoencoder(parameters, settings.autoencoder(), Precision.FP32);
  }

  static TokenizerModel load(Path path) {
    return WeightFile.read(path, KIND, TokenizerModel::load);
  }

  private static TokenizerModel load(WeightFile file) {
    TokenizerSettings settings =
        file.metadata("settings", text -> Json.read(text, TokenizerSettings.class));
    Tokenizer.Origin origin =
        file.metadata("origin", text -> Json.read(text, Tokenizer.Origin.class));
    int size = settings.autoencoder().imageSize();
    if (origin.height() > size || origin.width() > size) {
      throw new IllegalArgumentException(
          "its images of %d×%d are larger than its imageSize %d"
              .formatted(origin.height(), origin.width(), size));
    }
    float scale = file.metadata("scale", Range::positive);
    QuantizerSettings q = settings.quantizer();
    float[] books = file.floats("codebooks", q.depth(), q.codes(), q.dimension());
    float[] sigma = file.floats("sigma", q.depth());
    file.check(PREFIX, plan(settings, file.bound()).shapes());
    NDManager manager = Torch.manager();
    try (NDManager loaded = Torch.manager()) {
      Codebooks codebooks =
          Codebooks.of(manager, books, sigma, q.depth(), q.codes(), q.dimension());
      Parameters parameters = Parameters.on(manager, 0);
      Autoencoder network = network(parameters, settings);
      parameters.load(file.arrays(loaded, PREFIX));
      return new TokenizerModel(settings, origin, manager, parameters, network, codebooks, scale);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** The parameters that settings ask for, without memory; refused if they are more than that. */
  static Parameters plan(TokenizerSettings settings, int most) {
    Parameters plan = Parameters.plan(most);
    network(plan, settings);
    return plan;
  }

  void save(Path path) {
    WeightFile.of(KIND)
        .metadata("settings", Json.line(settings))
        .metadata("origin", Json.line(origin))
        .metadata("scale", Float.toString(scale))
        .metadata(WeightFile.FINGERPRINT, fingerprint)
        .weights(PREFIX, parameters.arrays(), WeightFormat.HALF)
        .weights("", Map.of("codebooks", codebooks.array()), WeightFormat.FP32)
        .floats("sigma", codebooks.sigma(), codebooks.depth())
        .write(path);
  }

  /** Over settings of the network, image size, scale, weights and codebooks. */
  private String hash() {
    MessageDigest digest = Hashes.digest();
    String header =
        Json.line(settings.autoencoder())
            + origin.height()
            + "x"
            + origin.width()
            + "*"
            + scale
            + codebooks.fingerprint();
    digest.update(header.getBytes(StandardCharsets.UTF_8));
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              digest.update((PREFIX + name).getBytes(StandardCharsets.UTF_8));
              digest.update(WeightFormat.halves(array));
            });
    return Hashes.hex(digest);
  }

  /** {@code [B, C, S, S] → [B, L, H]}: scaled latents. */
  NDArray encode(NDArray pixels) {
    return Torch.scale(network.encode(pixels), scale);
  }

  /** {@code [B, L, H] → [B, C, S, S]}. */
  NDArray decode(NDArray latents) {
    return network.decode(Torch.scale(latents, 1 / scale));
  }

  /** {@code [B, C, S, S] → [B·L, D]} int64: codes; a step of {@link Graphs}. */
  NDArray codes(NDArray pixels) {
    return graphs
        .apply(
            "codes",
            pixels,
            x -> new NDList(codebooks.encode(encode(x).reshape(-1, codebooks.dimension())).codes()))
        .head();
  }

  /** {@link #decode} as a step of {@link Graphs}. */
  NDArray images(NDArray latents) {
    return graphs.apply("images", latents, z -> new NDList(decode(z))).head();
  }

  TokenizerSettings settings() {
    return settings;
  }

  Tokenizer.Origin origin() {
    return origin;
  }

  NDManager manager() {
    return manager;
  }

  Parameters parameters() {
    return parameters;
  }

  Codebooks codebooks() {
    return codebooks;
  }

  float scale() {
    return scale;
  }

  /** SHA-256 over all that codes and images depend on, in hex. */
  String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    graphs.close();
    parameters.close();
    manager.close();
  }
}
