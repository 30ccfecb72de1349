package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.data.Batches;
import resgen.data.Noise;
import resgen.mask.DepthMask;
import resgen.mask.MaskBatch;
import resgen.mixture.MixtureHead;
import resgen.mixture.MixtureSettings;
import resgen.nn.Parameters;
import resgen.rvq.Codebooks;
import resgen.tokenizer.Tokens;
import resgen.torch.Kernel;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;

/**
 * ResGen's training: masks of the forward process, the sum of the masked embeddings as the target,
 * the mixture's bound as the loss, over positions with a masked token (paper, method).
 */
public final class ResGenTraining implements Trainable, AutoCloseable {

  private static final int VALIDATION_BATCH = 100;

  private final ResGenNetwork network;
  private final Tokens tokens;
  private final Tokens validation;
  private final Noise noise;
  private final NDManager manager;
  private Batches batches;

  /**
   * A model at its start.
   *
   * @param validation tokens to validate on
   * @param seed of the initial weights, masks, order and dropped classes
   */
  public ResGenTraining(ResGenSettings settings, Tokens tokens, Tokens validation, long seed) {
    manager = Torch.manager();
    Codebooks books = tokens.codebooks().on(manager);
    network = new ResGenNetwork(Parameters.on(manager, seed), settings, books);
    network.start(TokenStatistics.of(tokens));
    this.tokens = tokens;
    this.validation = validation;
    noise = Noise.of(seed).fork("resgen");
  }

  /** Starts from a trained network's weights instead, for a further cycle of training. */
  public ResGenTraining startFrom(ResGenNetwork trained) {
    network.parameters().load(trained.parameters().arrays());
    return this;
  }

  @Override
  public ResGenSettings settings() {
    return network.settings();
  }

  @Override
  public Parameters parameters() {
    return network.parameters();
  }

  /** The network under training. */
  public ResGenNetwork network() {
    return network;
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    TokenShape shape = settings().tokens();
    if (batches == null) {
      batches = Batches.of(tokens.size(), training.batch(), training.seed());
    }
    int[] images = Arrays.copyOfRange(batches.indices(step), from, from + count);
    MaskBatch masks =
        MaskBatch.draw(
            settings().masking(),
            training.batch(),
            shape.positions(),
            shape.depth(),
            noise.fork("masks"),
            step);
    int[] labels = tokens.labels(images);
    for (int i = 0; i < count; i++) {
      if (noise.fork("classes").stream(step, from + i).nextDouble()
          < settings().conditioning().classDrop()) {
        labels[i] = shape.nullClass();
      }
    }
    Terms terms = terms(tokens, images, labels, masks.masks().subList(from, from + count), true);
    MixtureSettings.Weights weights = settings().mixture().weights();
    double all = weights.perToken() ? masks.totalMasked() : positionsWithMasks(masks);
    float share = (float) (training.accumulate() / all);
    NDArray regression = terms.mixture.regression().sum().mul(share);
    NDArray divergence = terms.mixture.divergence().sum().mul(share);
    NDArray total =
        regression.mul((float) weights.regression()).add(divergence.mul((float) weights.kl()));
    NDArray exact = terms.mixture.exact().sum().mul(share);
    return Loss.of(total, "regression", regression, "kl", divergence, "nll", exact);
  }

  private static int positionsWithMasks(MaskBatch masks) {
    int count = 0;
    for (DepthMask mask : masks.masks()) {
      for (int masked : mask.maskedCounts()) {
        count += masked > 0 ? 1 : 0;
      }
    }
    return count;
  }

  private record Terms(MixtureHead.Terms mixture, long masked) {}

  private Terms terms(
      Tokens of, int[] images, int[] labels, java.util.List<DepthMask> masks, boolean training) {
    TokenShape shape = settings().tokens();
    int l = shape.positions();
    int[] visible = new int[images.length * l];
    int[] rows = new int[visible.length];
    int[] levels = new int[visible.length];
    int n = 0;
    long masked = 0;
    for (int i = 0; i < visible.length; i++) {
      visible[i] = masks.get(i / l).visible(i % l);
      if (visible[i] < shape.depth()) {
        rows[n] = i;
        levels[n++] = shape.depth() - visible[i] - 1;
        masked += shape.depth() - visible[i];
      }
    }
    NDArray codes = Torch.longs(manager, of.codes().rows(images), visible.length, shape.depth());
    NDArray seen = Torch.longs(manager, visible, visible.length);
    Codebooks.Sums sums = network.codebooks().sums(codes, seen);
    NDArray hidden =
        network.hidden(
            sums.visible().reshape(images.length, l, shape.dimension()),
            seen.reshape(images.length, l),
            ResGenNetwork.labels(manager, shape, labels),
            training); // [B, L, W]
    NDArray at = Torch.longs(manager, Arrays.copyOf(rows, n), n);
    Kernel select = Kernel.of("rows");
    NDArray picked = select.apply(hidden, at); // [N, W]
    NDArray target = select.apply(sums.masked().expandDims(0), at); // [N, H]
    NDArray level = Torch.longs(manager, Arrays.copyOf(levels, n), n);
    return new Terms(network.head().terms(picked, target, level), masked);
  }

  @Override
  public Map<String, Double> validate(Training training) {
    if (validation.size() == 0) {
      return Map.of();
    }
    double sum = 0;
    long count = 0;
    TokenShape shape = settings().tokens();
    for (int[] images : Batches.inOrder(Math.min(1000, validation.size()), VALIDATION_BATCH)) {
      MaskBatch masks =
          MaskBatch.draw(
              settings().masking(),
              images.length,
              shape.positions(),
              shape.depth(),
              Noise.of(0).fork("validation"),
              images[0]);
      double[] batch =
          Torch.scoped(
              () -> {
                Terms t =
                    terms(validation, images, validation.labels(images), masks.masks(), false);
                return new double[] {t.mixture.exact().sum().getFloat(), t.masked};
              });
      sum += batch[0];
      count += (long) batch[1];
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_nll", sum / count);
    ContextGain gain = ContextGain.of(network, validation, 1000, 1.0);
    values.put("depth1_all_masked", gain.allMasked());
    values.put("depth1_one_masked", gain.oneMasked());
    values.put("context_gain", gain.gain());
    return values;
  }

  @Override
  public void close() {
    network.parameters().close();
    manager.close();
  }
}
