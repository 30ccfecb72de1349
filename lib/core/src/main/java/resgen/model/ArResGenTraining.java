package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.codec.Tokens;
import resgen.head.MixtureHead;
import resgen.mask.DepthMask;
import resgen.mask.MaskBatch;
import resgen.mask.Schedule;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.Batches;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Torch;
import resgen.train.Training;

/**
 * AR-ResGen's training: at every position a number of masked depths of its own, the sum of their
 * embeddings as the target, ResGen's bound as the loss, given all positions before it (method:
 * family).
 */
public final class ArResGenTraining extends GeneratorTraining<ArResGenNetwork> {

  /**
   * A model at its start.
   *
   * @param validation tokens to validate on
   * @param seed of the initial weights, masks, order and dropped classes
   */
  public ArResGenTraining(ArResGenSettings settings, Tokens tokens, Tokens validation, long seed) {
    super(settings::network, tokens, validation, Noise.of(seed).fork("ar-resgen"), seed);
    network().start(TokenStatistics.of(tokens));
  }

  @Override
  public ArResGenSettings settings() {
    return network().settings();
  }

  /**
   * Masks whose positions are independent: r ~ U[0, 1) and the ⌈γ(r)·D⌉ deepest masked, at least
   * one.
   */
  static MaskBatch masks(
      Schedule schedule, int batch, int positions, int depth, Noise noise, long step) {
    DepthMask[] masks = new DepthMask[batch];
    for (int b = 0; b < batch; b++) {
      Noise.Stream stream = noise.stream(step, b);
      int[] masked = new int[positions];
      for (int p = 0; p < positions; p++) {
        masked[p] = schedule.trainingCount(stream.nextDouble(), depth);
      }
      masks[b] = DepthMask.ofMasked(masked, depth);
    }
    return new MaskBatch(java.util.List.of(masks));
  }

  private MaskBatch masks(int batch, Noise noise, long step) {
    TokenShape shape = settings().tokens();
    return masks(settings().masking(), batch, shape.positions(), shape.depth(), noise, step);
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    Phases.enter("masks");
    int[] images = images(training, step, from, count);
    MaskBatch masks = masks(training.batch(), noise().fork("masks"), step);
    int[] labels = labels(images, step, from, settings().classDrop());
    Phases.enter("forward");
    MaskBatch own = new MaskBatch(masks.masks().subList(from, from + count));
    MixtureHead.Terms terms = terms(tokens(), images, labels, own, true);
    boolean perToken = settings().mixture().weights().perToken();
    double all =
        perToken ? masks.totalMasked() : masks.size() * (double) settings().tokens().positions();
    return MixtureObjective.loss(
        terms, settings().mixture().weights(), (float) (training.accumulate() / all));
  }

  private MixtureHead.Terms terms(
      Tokens of, int[] images, int[] labels, MaskBatch masks, boolean training) {
    int[] visible = masks.visible(); // [B·L]
    int[] levels = new int[visible.length];
    for (int i = 0; i < visible.length; i++) {
      levels[i] = settings().tokens().depth() - visible[i] - 1;
    }
    NDArray codes = codes(of, images);
    Codebooks.Sums sums =
        network().codebooks().sums(codes, Torch.longs(manager(), visible, visible.length));
    NDArray level = Torch.longs(manager(), levels, levels.length);
    NDArray hidden = hidden(sums.visible().add(sums.masked()), labels, training);
    NDArray features = network().features(hidden, sums.visible(), level);
    Phases.enter("head");
    return network().head().terms(features, sums.masked(), level);
  }

  /** {@code [B·L, D]}. */
  private NDArray codes(Tokens of, int[] images) {
    TokenShape shape = settings().tokens();
    return Torch.longs(
        manager(),
        of.codes().rows(images),
        (long) images.length * shape.positions(),
        shape.depth());
  }

  /** {@code [B·L, W]}. */
  private NDArray hidden(NDArray wholeSums, int[] labels, boolean training) {
    TokenShape shape = settings().tokens();
    NDArray classes = MaskedBackbone.labels(manager(), shape, labels);
    return network()
        .backbone()
        .hidden(
            wholeSums.reshape(labels.length, shape.positions(), shape.dimension()),
            classes,
            training)
        .reshape(-1, settings().backbone().width());
  }

  /**
   * {@code validation_nll}: nats per masked token of the masked sums, as ResGen's validation has it
   * but with this model's masks. {@code depth1_nll}: nats of the depth-1 codes that drawn z imply,
   * at position i mod L of image i, which compares with RQ-Transformer's.
   */
  @Override
  public Map<String, Double> validate(Training training) {
    Tokens of = validation();
    if (of.size() == 0) {
      return Map.of();
    }
    int images = Math.min(VALIDATION, of.size());
    double sum = 0;
    double first = 0;
    long masked = 0;
    for (int[] batch : Batches.inOrder(images, VALIDATION_BATCH)) {
      MaskBatch masks = masks(batch.length, Noise.of(0).fork("validation"), batch[0]);
      sum +=
          Torch.scoped(
              () -> terms(of, batch, of.labels(batch), masks, false).exact().sum().getFloat());
      first += Torch.scoped(() -> depth1(of, batch));
      masked += masks.totalMasked();
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_nll", sum / masked);
    values.put("depth1_nll", first / images);
    return values;
  }

  private double depth1(Tokens of, int[] images) {
    NDManager manager = manager();
    TokenShape shape = settings().tokens();
    int l = shape.positions();
    int[] rows = new int[images.length];
    int[] levels = new int[images.length];
    for (int i = 0; i < images.length; i++) {
      rows[i] = i * l + images[i] % l;
      levels[i] = shape.depth() - 1;
    }
    NDArray hidden =
        hidden(network().codebooks().decode(codes(of, images)), of.labels(images), false);
    NDArray picked =
        Kernel.of("rows").apply(hidden.expandDims(0), Torch.longs(manager, rows, rows.length));
    NDArray level = Torch.longs(manager, levels, levels.length);
    NDArray none = manager.zeros(new ai.djl.ndarray.types.Shape(rows.length, shape.dimension()));
    NDArray features = network().features(picked, none, level);
    float[] mass =
        CellMass.of(
            network().head(),
            network().codebooks(),
            features,
            draw -> Noise.of(1).stream(images[0], draw),
            1);
    double sum = 0;
    for (int i = 0; i < images.length; i++) {
      int truth = of.codes().get(images[i], images[i] % l, 0);
      sum -= Math.log(mass[i * shape.codes() + truth]);
    }
    return sum;
  }
}
