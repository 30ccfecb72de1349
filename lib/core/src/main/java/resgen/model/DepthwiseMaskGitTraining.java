package resgen.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.mask.DepthMask;
import resgen.mask.Hypergeometric;
import resgen.mask.Schedule;
import resgen.mask.TokenMask;
import resgen.noise.Noise;
import resgen.torch.Torch;

/**
 * Training of depthwise MaskGIT: a depth is drawn for each sample, and positions to be masked at
 * it; all coarser depths are visible, all deeper ones masked. The loss is −log p of the masked
 * tokens of that depth (paper, the MaskGIT baseline; Chang et al. 2022 for one depth).
 */
public final class DepthwiseMaskGitTraining
    extends MaskedTraining<CategoricalNetwork<DepthwiseMaskGitSettings>> {

  /**
   * A model at its start.
   *
   * @param validation tokens to validate on
   * @param seed of the initial weights, masks, order and dropped classes
   */
  public DepthwiseMaskGitTraining(
      DepthwiseMaskGitSettings settings, Tokens tokens, Tokens validation, long seed) {
    super(settings::network, settings, tokens, validation, Noise.of(seed).fork("depthwise"), seed);
    network().start(TokenStatistics.of(tokens));
  }

  @Override
  List<TokenMask> masks(int batch, Noise noise, long step) {
    DepthwiseMaskGitSettings settings = network().settings();
    List<TokenMask> masks = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      masks.add(mask(settings.masking(), settings.tokens(), noise.stream(step, b)));
    }
    return masks;
  }

  /** A depth j, uniform; ⌈γ(r)·L⌉ positions that show j depths; the others show j + 1. */
  static DepthMask mask(Schedule schedule, TokenShape shape, Noise.Stream noise) {
    int depth = noise.nextInt(shape.depth());
    int l = shape.positions();
    int count = schedule.trainingCount(noise.nextDouble(), l);
    int[] ones = new int[l];
    Arrays.fill(ones, 1);
    int[] hidden = Hypergeometric.sample(ones, count, noise);
    int[] visible = new int[l];
    Arrays.setAll(visible, i -> depth + 1 - hidden[i]);
    return DepthMask.ofVisible(visible, shape.depth());
  }

  /** The depth under way is the least that is shown; positions that show more are done with. */
  @Override
  int predictedBelow(TokenMask mask) {
    return IntStream.range(0, mask.positions()).map(mask::shallowestMasked).min().getAsInt() + 1;
  }

  @Override
  double share(List<TokenMask> masks) {
    return positions(masks);
  }

  private NDArray sum(View view) {
    NDArray codes = view.codes().gather(view.visible().expandDims(1), 1).squeeze(1); // [N]
    return network().head().lossesAt(view.hidden(), codes, view.visible()).sum();
  }

  @Override
  Loss loss(View view, float share) {
    return Loss.of(Torch.scale(sum(view), share));
  }

  @Override
  double[] likelihood(View view, List<TokenMask> masks) {
    return new double[] {sum(view).getFloat(), positions(masks)};
  }

  @Override
  ContextGain context(Tokens of) {
    return ContextGain.of(network(), of, ContextGain.IMAGES);
  }
}
