package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.quantize.BatchVectors;
import resgen.quantize.Codebooks;
import resgen.quantize.Quantizer;
import resgen.quantize.QuantizerSettings;
import resgen.quantize.Spread;
import resgen.settings.Json;
import resgen.token.Batches;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.torch.WeightFormat;
import resgen.train.Checkpoint;
import resgen.train.Trainable;
import resgen.train.Training;

/**
 * A codec while it learns, on random crops of utterances: the autoencoder by gradients of its error
 * and the commitment, codebooks by their own updates, with a straight-through gradient from decoder
 * to encoder. What a crop is and how far two are apart is up to the codec.
 *
 * @param <N> the network
 */
abstract class AutoencoderTraining<N extends Autoencoder> implements Trainable, AutoCloseable {

  private static final int VALIDATION = 64; // utterances
  private static final int MEASURED = 16_384; // positions that codebooks start from

  /**
   * What all need of their settings.
   *
   * @param quantizer of the latents
   * @param error weight of the error
   * @param commitment weight of the latents' distance to what codes stand for
   * @param quantizeFrom share of the training after which latents are quantized
   * @param positions of a crop
   * @param atOnce crops that are encoded together where latents are measured
   * @param precision of matrix products
   */
  record Common(
      QuantizerSettings quantizer,
      double error,
      double commitment,
      double quantizeFrom,
      int positions,
      int atOnce,
      String precision) {}

  private final Common common;
  private final Speech speech;
  private final Speech held;
  private final NDManager manager = Torch.manager();
  private final Parameters parameters;
  private final BiFunction<Parameters, Precision, N> declare;
  private final N network;
  private final Quantizer quantizer;
  private final Noise noise;
  private final NDArray started; // [1], 1 once the codebooks have started
  private final BatchVectors batch = new BatchVectors();
  private Batches batches;
  private boolean begun;

  /**
   * A codec at its start.
   *
   * @param held utterances that are measured
   * @param purpose of its noise
   * @param declare the network on parameters
   */
  AutoencoderTraining(
      Speech speech,
      Speech held,
      Common common,
      Training training,
      String purpose,
      BiFunction<Parameters, Precision, N> declare) {
    this.speech = speech;
    this.held = held;
    this.common = common;
    this.declare = declare;
    parameters = Parameters.on(manager, training.seed());
    network = declare.apply(parameters, Precision.of(common.precision()));
    noise = Noise.of(training.seed()).fork(purpose);
    quantizer = Quantizer.of(manager, common.quantizer(), noise.fork("codebooks"));
    started = manager.zeros(new Shape(1));
  }

  /** The utterances of a validation part that are measured, 64 at most. */
  static Speech measured(Speech validation) {
    return validation.range(0, Math.min(VALIDATION, validation.size()));
  }

  /** What is read of every utterance, before a training begins. */
  static <T> List<T> read(Speech speech, String what, Function<Utterance, T> reader) {
    return IntStream.range(0, speech.size())
        .mapToObj(
            i -> {
              if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException(
                    "interrupted after reading %,d of %,d %s".formatted(i, speech.size(), what));
              }
              return reader.apply(speech.get(i));
            })
        .toList();
  }

  /** One crop each of chosen utterances, as the network takes them, {@code [B, …]}. */
  abstract NDArray crops(int[] chosen, Noise.Stream places);

  /** How far crops are from what they were, a scalar. */
  abstract NDArray error(NDArray crops, NDArray decoded);

  /**
   * How far a measured utterance is from itself after the codec.
   *
   * @param codec takes and returns what the network does, {@code [1, …]}
   * @return the sum of absolute differences of its log-mel values in nats, and their number
   */
  abstract double[] distance(int utterance, UnaryOperator<NDArray> codec);

  /** Owns the arrays that are there as long as the training. */
  final NDManager manager() {
    return manager;
  }

  @Override
  public final Parameters parameters() {
    return parameters;
  }

  @Override
  public final Map<String, String> inputs() {
    return Map.of(
        "data",
        speech.fingerprint(),
        "validation",
        held.fingerprint(),
        Checkpoint.CLASSES,
        Json.line(speech.speakers()));
  }

  @Override
  public final Loss loss(Training training, long step, int from, int count) {
    if (from == 0) {
      batch.close(); // a step that failed leaves its parts
    }
    if (batches == null) {
      batches = Batches.of(speech.size(), training.batch(), training.seed());
    }
    int[] chosen = Arrays.copyOfRange(batches.indices(step), from, from + count);
    NDArray x = crops(chosen, noise.stream(step, from, 1)); // [B, …]
    NDArray latent = network.encode(x); // [B, L, H]
    if (step < Math.floor(common.quantizeFrom() * training.steps())) {
      NDArray error = error(x, network.decode(latent));
      return Loss.of(Torch.scale(error, common.error()), "reconstruction", error);
    }
    Quantizer.Quantized quantized =
        Torch.withGradients(
            false,
            () -> {
              start();
              return quantizer.quantize(flat(latent.stopGradient()));
            });
    batch.add(flat(latent.stopGradient()), quantized.codes());
    NDArray vectors = quantized.vectors().reshape(latent.getShape());
    NDArray z = latent.add(vectors.sub(latent).stopGradient()); // straight through
    NDArray error = error(x, network.decode(z));
    Shape shape = latent.getShape();
    NDArray partial =
        quantized.partial().reshape(-1, shape.get(0), shape.get(1), shape.get(2)); // [D, B, L, H]
    NDArray apart = partial.sub(latent.expandDims(0));
    NDArray commitment = apart.mul(apart).mean();
    NDArray total =
        Torch.scale(error, common.error()).add(Torch.scale(commitment, common.commitment()));
    return Loss.of(total, "reconstruction", error, "commitment", commitment);
  }

  /** {@code [B, L, H] → [B·L, H]}. */
  private static NDArray flat(NDArray latent) {
    return latent.reshape(-1, latent.getShape().get(2));
  }

  @Override
  public final void afterStep(Training training, long step) {
    batch.learn(quantizer, noise.stream(step - 1, 0));
  }

  /** Starts the codebooks at the first step that quantizes. */
  private void start() {
    if (begun || started.getFloat(0) > 0) {
      begun = true;
      return;
    }
    if (common.quantizer().kmeans()) {
      float[] latents = latents(network, MEASURED);
      Torch.scoped(
          () -> {
            int h = common.quantizer().dimension();
            quantizer.startFrom(
                Torch.floats(manager, latents, latents.length / h, h), noise.fork("kmeans"));
            return null;
          });
    }
    started.set(new NDIndex(0), 1f);
    begun = true;
  }

  /**
   * Latents of one crop each of utterances in a fixed random order, {@code [N, H]} in row order.
   */
  private float[] latents(N of, int most) {
    int h = common.quantizer().dimension();
    int each = common.positions() * h;
    int count = Math.max(1, most * h / each);
    Noise fixed = Noise.of(0).fork("measure");
    int[] order = fixed.stream(0).permutation(speech.size());
    float[] all = new float[count * each];
    for (int from = 0; from < count; from += common.atOnce()) {
      int[] chosen = new int[Math.min(common.atOnce(), count - from)];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = order[(from + i) % order.length];
      }
      Noise.Stream places = fixed.stream(1, from);
      float[] some =
          Torch.scoped(() -> of.encode(crops(chosen, places)).toFloatArray()); // [B, L, H]
      System.arraycopy(some, 0, all, from * each, some.length);
    }
    return all;
  }

  @Override
  public final Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>(quantizer.state());
    state.put("started", started);
    return state;
  }

  /** Mean absolute error of whole utterances in nats, and how many codes some depths use. */
  @Override
  public final Map<String, Double> validate(Training training) {
    int depth = common.quantizer().depth();
    boolean[][] used = new boolean[depth][common.quantizer().codes()];
    double sum = 0;
    double count = 0;
    for (int i = 0; i < held.size(); i++) {
      int utterance = i;
      double[] apart = Torch.scoped(() -> distance(utterance, x -> through(x, used)));
      sum += apart[0];
      count += apart[1];
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_mel_l1", sum / count);
    values.put("codes_used_first", (double) count(used[0]));
    values.put("codes_used_last", (double) count(used[depth - 1]));
    return values;
  }

  /** Media after the codec as it is now; its codes are marked as used. */
  private NDArray through(NDArray media, boolean[][] used) {
    NDArray latent = network.encode(media); // [1, L, H]
    if (started.getFloat(0) == 0) {
      return network.decode(latent);
    }
    Quantizer.Quantized quantized = quantizer.quantize(flat(latent));
    int[] codes = Torch.codes(quantized.codes());
    for (int i = 0; i < codes.length; i++) {
      used[i % used.length][codes[i]] = true;
    }
    return network.decode(quantized.vectors().reshape(latent.getShape()));
  }

  private static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  /**
   * Rounds the weights to half floats, as they will be stored, and then measures with them the
   * scale of the latents and σ_j, the root of the mean squared residual entry after depth j.
   */
  final Frozen<N> freeze(Map<String, NDArray> weights) {
    QuantizerSettings q = common.quantizer();
    int h = q.dimension();
    NDManager own = Torch.manager();
    try (NDManager raw = Torch.manager()) {
      Map<String, NDArray> halves = new LinkedHashMap<>();
      weights.forEach((name, array) -> halves.put(name, WeightFormat.rounded(raw, array)));
      Parameters frozen = Parameters.on(own, 0);
      N still = declare.apply(frozen, Precision.FP32);
      frozen.load(halves);
      float[] latents = latents(still, MEASURED);
      Spread spread = new Spread(h);
      spread.add(latents);
      float scale = (float) (1 / spread.deviation("the latents of " + speech.name()));
      float[] books = quantizer.state().get("books").toFloatArray();
      float[] ones = new float[q.depth()];
      Arrays.fill(ones, 1);
      Codebooks unscaled = Codebooks.of(raw, books, ones, q.depth(), q.codes(), h);
      float[] errors =
          Torch.scoped(
              () ->
                  unscaled
                      .encode(Torch.floats(raw, latents, latents.length / h, h))
                      .errors()
                      .toFloatArray()); // [N, D]
      double[] sums = new double[q.depth()];
      for (int i = 0; i < errors.length; i++) {
        sums[i % q.depth()] += errors[i];
      }
      float[] sigma = new float[q.depth()];
      for (int j = 0; j < sigma.length; j++) {
        sigma[j] = (float) Math.max(1e-6, Math.sqrt(sums[j] / latents.length) * scale);
      }
      for (int i = 0; i < books.length; i++) {
        books[i] *= scale;
      }
      Codebooks unit = Codebooks.of(own, books, sigma, q.depth(), q.codes(), h);
      return new Frozen<>(own, frozen, still, unit, scale);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  @Override
  public void close() {
    batch.close();
    parameters.close();
    manager.close();
  }
}
