package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.mask.TokenMask;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.Batches;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Torch;
import resgen.train.Training;

/**
 * What the trainings of the masked models share: masks are drawn, the network sees what is visible,
 * and the loss is of the positions that are to be predicted.
 *
 * @param <N> the network
 */
abstract class MaskedTraining<N extends MaskedNetwork> extends GeneratorTraining<N> {

  private final MaskedSettings masked;

  MaskedTraining(
      BiFunction<Parameters, Codebooks, N> build,
      MaskedSettings settings,
      Tokens tokens,
      Tokens validation,
      Noise noise,
      long seed) {
    super(build, tokens, validation, noise, seed);
    masked = settings;
  }

  /**
   * What the network makes of images under masks, at the N positions that are predicted.
   *
   * @param hidden hidden states, {@code [N, W]}
   * @param codes the true codes of all depths, {@code [N, D]} int64
   * @param visible which depths are visible, as {@link VisibleTokens} has it, {@code [N]} or {@code
   *     [N, D]} int64
   * @param level D less one less the shallowest masked depth; of a prefix, how many depths are
   *     masked, less one; {@code [N]} int64
   * @param target the sum of the masked embeddings, {@code [N, H]}
   */
  record View(NDArray hidden, NDArray codes, NDArray visible, NDArray level, NDArray target) {}

  /** The masks of a batch; those of sample b depend on noise, step and b alone. */
  List<TokenMask> masks(int batch, Noise noise, long step) {
    TokenShape shape = masked.tokens();
    return masked
        .masks()
        .batch(masked.masking(), batch, shape.positions(), shape.depth(), noise, step);
  }

  /** Positions with a masked depth below this are predicted. */
  int predictedBelow(TokenMask mask) {
    return mask.depths();
  }

  /** How many positions of a batch are predicted. */
  final int positions(List<TokenMask> masks) {
    int count = 0;
    for (TokenMask mask : masks) {
      int below = predictedBelow(mask);
      for (int p = 0; p < mask.positions(); p++) {
        count += mask.shallowestMasked(p) < below ? 1 : 0;
      }
    }
    return count;
  }

  /** How many tokens of a batch are masked. */
  static int tokens(List<TokenMask> masks) {
    return masks.stream().mapToInt(TokenMask::totalMasked).sum();
  }

  /** How many tokens, or positions, of a batch the loss is the mean over. */
  abstract double share(List<TokenMask> masks);

  /** The loss of a part of a batch; sums over its positions are multiplied by {@code share}. */
  abstract Loss loss(View view, float share);

  /** Negative log-likelihood of what is to be predicted, in nats, and over how many tokens. */
  abstract double[] likelihood(View view, List<TokenMask> masks);

  /** How much is made of context, on validation tokens. */
  abstract ContextGain context(Tokens of);

  @Override
  public final Loss loss(Training training, long step, int from, int count) {
    Phases.enter("masks");
    int[] images = images(training, step, from, count);
    List<TokenMask> masks = masks(training.batch(), noise().fork("masks"), step);
    int[] labels = labels(images, step, from, masked.conditioning().classDrop());
    View view = view(tokens(), images, labels, masks.subList(from, from + count), true);
    return loss(view, (float) (training.accumulate() / share(masks)));
  }

  private View view(
      Tokens of, int[] images, int[] labels, List<TokenMask> masks, boolean training) {
    TokenShape shape = masked.tokens();
    int l = shape.positions();
    int[] level = new int[images.length * l]; // −1 where nothing is predicted
    for (int image = 0; image < images.length; image++) {
      int below = predictedBelow(masks.get(image));
      for (int i = image * l; i < (image + 1) * l; i++) {
        int shallowest = masks.get(image).shallowestMasked(i % l);
        level[i] = shallowest < below ? shape.depth() - shallowest - 1 : -1;
      }
    }
    int[] rows = byLevel(level, shape.depth());
    NDManager manager = manager();
    NDArray codes = Torch.longs(manager, of.codes().rows(images), level.length, shape.depth());
    NDArray seen = VisibleTokens.of(manager, masks); // [B·L] or [B·L, D]
    Codebooks.Sums sums = network().codebooks().sums(codes, seen);
    NDArray hidden =
        network()
            .backbone()
            .hidden(
                sums.visible().reshape(images.length, l, shape.dimension()),
                VisibleTokens.perPosition(seen, images.length, l),
                MaskedBackbone.labels(manager, shape, labels),
                training); // [B, L, W]
    Phases.enter("head");
    NDArray at = Torch.longs(manager, rows, rows.length);
    Kernel select = Kernel.of("rows");
    return new View(
        select.apply(hidden, at),
        select.apply(codes.expandDims(0), at),
        select.apply(seen.expandDims(0), at),
        Torch.longs(manager, Arrays.stream(rows).map(i -> level[i]).toArray(), rows.length),
        select.apply(sums.masked().expandDims(0), at));
  }

  /** The places with a level, those of the same level side by side, as the head likes them. */
  private static int[] byLevel(int[] level, int depth) {
    return IntStream.range(0, depth)
        .flatMap(k -> IntStream.range(0, level.length).filter(i -> level[i] == k))
        .toArray();
  }

  @Override
  public final Map<String, Double> validate(Training training) {
    Tokens of = validation();
    if (of.size() == 0) {
      return Map.of();
    }
    double sum = 0;
    double count = 0;
    for (int[] images : Batches.inOrder(Math.min(VALIDATION, of.size()), VALIDATION_BATCH)) {
      List<TokenMask> masks = masks(images.length, Noise.of(0).fork("validation"), images[0]);
      double[] batch =
          Torch.scoped(() -> likelihood(view(of, images, of.labels(images), masks, false), masks));
      sum += batch[0];
      count += batch[1];
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_nll", sum / count);
    ContextGain gain = context(of);
    values.put("depth1_all_masked", gain.allMasked());
    values.put("depth1_one_masked", gain.oneMasked());
    values.put("context_gain", gain.gain());
    return values;
  }
}
