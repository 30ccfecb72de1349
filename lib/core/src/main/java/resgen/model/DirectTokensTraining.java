package resgen.model;

import ai.djl.ndarray.NDArray;
import java.util.List;
import resgen.codec.Tokens;
import resgen.mask.TokenMask;
import resgen.noise.Noise;
import resgen.torch.Torch;

/**
 * Training of direct tokens: ResGen's masks, and L_simple = −log p(x⁰ | x^t) over the masked tokens
 * as the loss (paper, the discrete-parallel baseline).
 */
public final class DirectTokensTraining
    extends MaskedTraining<CategoricalNetwork<DirectTokensSettings>> {

  /**
   * A model at its start.
   *
   * @param validation tokens to validate on
   * @param seed of the initial weights, masks, order and dropped classes
   */
  public DirectTokensTraining(
      DirectTokensSettings settings, Tokens tokens, Tokens validation, long seed) {
    super(settings::network, settings, tokens, validation, Noise.of(seed).fork("direct"), seed);
    network().start(TokenStatistics.of(tokens));
  }

  @Override
  double share(List<TokenMask> masks) {
    return tokens(masks);
  }

  private NDArray sum(View view) {
    return network().head().losses(view.hidden(), view.codes(), view.visible()).sum();
  }

  @Override
  Loss loss(View view, float share) {
    return Loss.of(Torch.scale(sum(view), share));
  }

  @Override
  double[] likelihood(View view, List<TokenMask> masks) {
    return new double[] {sum(view).getFloat(), tokens(masks)};
  }

  @Override
  ContextGain context(Tokens of) {
    return ContextGain.of(network(), of, ContextGain.IMAGES);
  }
}
