package resgen.model;

import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import resgen.codec.Codec;
import resgen.codec.Hashes;
import resgen.codec.Tokens;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.settings.Json;
import resgen.token.Batches;
import resgen.torch.Torch;
import resgen.train.Checkpoint;
import resgen.train.Trainable;
import resgen.train.Training;

/**
 * What the trainings of all generators share: the network at its start, batches, dropped classes.
 *
 * @param <N> the network
 */
public abstract class GeneratorTraining<N extends GeneratorNetwork>
    implements Trainable, AutoCloseable {

  /** How many tokens' images validation uses at most. */
  static final int VALIDATION = 1000;

  /** How many images go through the network together in validation. */
  static final int VALIDATION_BATCH = 100;

  private final NDManager manager;
  private final N network;
  private final Tokens tokens;
  private final Tokens validation;
  private final Noise noise;
  private Optional<Parameters> started = Optional.empty();
  private Batches batches;

  /**
   * A network at its start, on a manager of this training's own.
   *
   * @param build makes the network on parameters and codebooks
   * @param noise everything random but the initial weights
   * @param seed of the initial weights
   */
  GeneratorTraining(
      BiFunction<Parameters, Codebooks, N> build,
      Tokens tokens,
      Tokens validation,
      Noise noise,
      long seed) {
    manager = Torch.manager();
    network = build.apply(Parameters.on(manager, seed), tokens.codebooks().on(manager));
    this.tokens = tokens;
    this.validation = validation;
    this.noise = noise;
  }

  /** Starts from trained weights instead, for a further cycle of training. */
  public final void startFrom(Parameters trained) {
    network.parameters().load(trained.arrays());
    started = Optional.of(trained);
  }

  /** Fingerprints of tokens, codec and the weights that it started from; names of the classes. */
  @Override
  public final Map<String, String> inputs() {
    Map<String, String> inputs = new LinkedHashMap<>();
    inputs.put("data", tokens.fingerprint());
    inputs.put("validation", validation.fingerprint());
    inputs.put(
        "tokenizer",
        tokens.codec().map(Codec::fingerprint).orElseGet(() -> tokens.codebooks().fingerprint()));
    inputs.put(Checkpoint.CLASSES, Json.line(tokens.classNames()));
    started.ifPresent(weights -> inputs.put("start model", fingerprint(weights)));
    return inputs;
  }

  private static String fingerprint(Parameters weights) {
    MessageDigest digest = Hashes.digest();
    weights
        .arrays()
        .forEach(
            (name, array) -> {
              digest.update(name.getBytes(StandardCharsets.UTF_8));
              digest.update(array.toByteBuffer());
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public GeneratorSettings settings() {
    return network.settings();
  }

  /** Also as an older version wrote them. */
  @Override
  public final boolean isOf(String json) {
    return GeneratorSettings.read(json).equals(settings());
  }

  @Override
  public final Parameters parameters() {
    return network.parameters();
  }

  /** The network under training. */
  public final N network() {
    return network;
  }

  /** The manager of a step's arrays. */
  final NDManager manager() {
    return manager;
  }

  final Tokens tokens() {
    return tokens;
  }

  final Tokens validation() {
    return validation;
  }

  final Noise noise() {
    return noise;
  }

  /** The images of a part of a step's batch. */
  final int[] images(Training training, long step, int from, int count) {
    if (batches == null) {
      batches = Batches.of(tokens.size(), training.batch(), training.seed());
    }
    return Arrays.copyOfRange(batches.indices(step), from, from + count);
  }

  /**
   * The labels of a part of a step's batch, some replaced by the null class.
   *
   * @param from the part's place in the batch
   * @param drop how often a class is replaced
   */
  final int[] labels(int[] images, long step, int from, double drop) {
    int[] labels = tokens.labels(images);
    for (int i = 0; i < labels.length; i++) {
      if (noise.fork("classes").stream(step, from + i).nextDouble() < drop) {
        labels[i] = network.settings().tokens().nullClass();
      }
    }
    return labels;
  }

  @Override
  public void close() {
    network.parameters().close();
    manager.close();
  }
}
