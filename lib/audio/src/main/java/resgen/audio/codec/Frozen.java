package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import resgen.nn.Parameters;
import resgen.nn.Summary;
import resgen.quantize.Codebooks;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Hashes;
import resgen.settings.Range;
import resgen.torch.Torch;
import resgen.torch.WeightFile;
import resgen.torch.WeightFormat;

/**
 * A trained autoencoder with its codebooks, as a file holds them: parameters as half floats,
 * codebooks in units of the scaled latents.
 *
 * @param <N> the network
 */
final class Frozen<N extends Autoencoder> {

  private static final String PREFIX = "model.";
  private static final String SCALE = "scale";
  private static final String CODEBOOKS = "codebooks";
  private static final String SIGMA = "sigma";

  private final NDManager manager;
  private final Parameters parameters;
  private final N network;
  private final Codebooks codebooks;
  private final float scale;

  /**
   * Takes over manager and parameters.
   *
   * @param scale of latents, whose total standard deviation on the training speech it makes 1
   */
  Frozen(NDManager manager, Parameters parameters, N network, Codebooks codebooks, float scale) {
    this.manager = manager;
    this.parameters = parameters;
    this.network = network;
    this.codebooks = codebooks;
    this.scale = scale;
    parameters.freeze();
  }

  /**
   * What a file holds.
   *
   * @param q settings of its quantizer
   * @param declare the network on parameters, or on a plan of them
   */
  static <N extends Autoencoder> Frozen<N> read(
      WeightFile file, QuantizerSettings q, Function<Parameters, N> declare) {
    float scale = file.metadata(SCALE, Range::positive);
    float[] books = file.floats(CODEBOOKS, q.depth(), q.codes(), q.dimension());
    float[] sigma = file.floats(SIGMA, q.depth());
    Parameters plan = Parameters.plan(file.bound());
    declare.apply(plan);
    file.check(PREFIX, plan.shapes());
    NDManager manager = Torch.manager();
    try (NDManager loaded = Torch.manager()) {
      Codebooks codebooks =
          Codebooks.of(manager, books, sigma, q.depth(), q.codes(), q.dimension());
      Parameters parameters = Parameters.on(manager, 0);
      N network = declare.apply(parameters);
      parameters.load(file.arrays(loaded, PREFIX));
      return new Frozen<>(manager, parameters, network, codebooks, scale);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Adds all of it to a file. */
  WeightFile.Writer addTo(WeightFile.Writer file) {
    return file.metadata(SCALE, Float.toString(scale))
        .weights(PREFIX, parameters.arrays(), WeightFormat.HALF)
        .weights("", Map.of(CODEBOOKS, codebooks.array()), WeightFormat.FP32)
        .floats(SIGMA, codebooks.sigma(), codebooks.depth());
  }

  /** SHA-256, in hex, of all of it and of a text before it. */
  String hash(String text) {
    MessageDigest digest = Hashes.digest();
    String header = text + "*" + scale + codebooks.fingerprint();
    digest.update(header.getBytes(StandardCharsets.UTF_8));
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              digest.update((PREFIX + name).getBytes(StandardCharsets.UTF_8));
              digest.update(WeightFormat.halves(array));
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Scaled latents of media {@code [1, …]}, {@code [L, H]}. */
  NDArray encode(NDArray media) {
    return network.encode(media).mul(scale).squeeze(0);
  }

  /** The media of scaled latents {@code [L, H]}, {@code [1, …]}. */
  NDArray decode(NDArray latents) {
    return network.decode(latents.expandDims(0).div(scale));
  }

  /** Owns all arrays. */
  NDManager manager() {
    return manager;
  }

  Codebooks codebooks() {
    return codebooks;
  }

  /** How many numbers each part has. */
  Map<String, Long> parametersByPart() {
    Map<String, Long> parts = new LinkedHashMap<>(parameters.countByPart());
    parts.put(CODEBOOKS, codebooks.array().size());
    return parts;
  }

  /** Its parts with their shapes. */
  Summary summary(String title) {
    Map<String, Shape> books = Map.of(CODEBOOKS, codebooks.array().getShape());
    return Summary.of(title, parameters.shapes()).with("", books);
  }
}
