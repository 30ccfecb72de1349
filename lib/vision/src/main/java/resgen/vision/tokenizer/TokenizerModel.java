package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.codec.Hashes;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Json;
import resgen.torch.Precision;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;
import resgen.torch.Torch;

/**
 * What a tokenizer is made of: the autoencoder's frozen weights, the codebooks and the scale of the
 * latents, in memory and as one safetensors file (weights as half floats, codebooks as float32).
 */
final class TokenizerModel implements AutoCloseable {

  private static final String FORMAT = "resgen-tokenizer-1";

  private final TokenizerSettings settings;
  private final Tokenizer.Origin origin;
  private final NDManager manager;
  private final Parameters parameters;
  private final Autoencoder network;
  private final Codebooks codebooks;
  private final float scale;
  private final String fingerprint;

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
  }

  /** The network on parameters, in float32. */
  static Autoencoder network(Parameters parameters, TokenizerSettings settings) {
    return new Autoencoder(parameters, settings.autoencoder(), Precision.FP32);
  }

  static TokenizerModel load(Path path) {
    SafeTensors.File file = SafeTensors.read(path);
    String format = file.metadata().get("format");
    if (!FORMAT.equals(format)) {
      throw new IllegalArgumentException(
          path + " is not a tokenizer: its format is " + format + ", expected " + FORMAT);
    }
    NDManager manager = Torch.manager();
    try (NDManager loaded = Torch.manager()) {
      TokenizerSettings settings = Json.read(metadata(file, "settings"), TokenizerSettings.class);
      Tokenizer.Origin origin = Json.read(metadata(file, "origin"), Tokenizer.Origin.class);
      QuantizerSettings q = settings.quantizer();
      float[] books = file.tensor("codebooks").floats();
      float[] sigma = file.tensor("sigma").floats();
      Codebooks codebooks =
          Codebooks.of(manager, books, sigma, q.depth(), q.codes(), q.dimension());
      Parameters parameters = Parameters.on(manager, 0);
      Autoencoder network = network(parameters, settings);
      Map<String, NDArray> weights = Tensors.select(loaded, "model.", file.tensors());
      weights.forEach(TokenizerModel::requireFinite);
      parameters.load(weights);
      float scale = scale(file);
      return new TokenizerModel(settings, origin, manager, parameters, network, codebooks, scale);
    } catch (IllegalArgumentException e) {
      manager.close();
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static String metadata(SafeTensors.File file, String key) {
    String value = file.metadata().get(key);
    if (value == null) {
      throw new IllegalArgumentException("its metadata has no '" + key + "'");
    }
    return value;
  }

  private static float scale(SafeTensors.File file) {
    String scale = metadata(file, "scale");
    try {
      return Float.parseFloat(scale);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("scale '" + scale + "' is not a number", e);
    }
  }

  private static void requireFinite(String name, NDArray array) {
    float[] values = array.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "tensor model.%s holds %s at place %d, which is not finite"
                .formatted(name, values[i], i));
      }
    }
  }

  void save(Path path) {
    Map<String, SafeTensors.Entry> entries = weights();
    entries.put("codebooks", Tensors.entry(codebooks.array()));
    entries.put("sigma", SafeTensors.Entry.of(codebooks.sigma(), codebooks.depth()));
    SafeTensors.write(
        path,
        entries,
        Map.of(
            "format", FORMAT,
            "settings", Json.line(settings),
            "origin", Json.line(origin),
            "scale", Float.toString(scale)));
  }

  private Map<String, SafeTensors.Entry> weights() {
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
    parameters
        .arrays()
        .forEach((name, array) -> entries.put("model." + name, Tensors.halfEntry(array)));
    return entries;
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
    weights()
        .forEach(
            (name, entry) -> {
              digest.update(name.getBytes(StandardCharsets.UTF_8));
              digest.update(entry.data());
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** {@code [B, C, S, S] → [B, L, H]}: scaled latents. */
  NDArray encode(NDArray pixels) {
    return network.encode(pixels).mul(scale);
  }

  /** {@code [B, L, H] → [B, C, S, S]}. */
  NDArray decode(NDArray latents) {
    return network.decode(latents.mul(1 / scale));
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
    parameters.close();
    manager.close();
  }
}
