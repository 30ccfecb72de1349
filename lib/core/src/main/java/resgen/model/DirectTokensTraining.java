package resgen.model;

import ai.djl.ndarray.NDArray;
import resgen.data.Noise;
import resgen.mask.MaskBatch;
import resgen.tokenizer.Tokens;
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
  MaskBatch masks(int batch, Noise noise, long step) {
    DirectTokensSettings settings = network().settings();
    TokenShape shape = settings.tokens();
    return MaskBatch.draw(settings.masking(), batch, shape.positions(), shape.depth(), noise, step);
  }

  @Override
  double share(MaskBatch masks) {
    return masks.totalMasked();
  }

  private NDArray sum(View view) {
    return network().head().losses(view.hidden(), view.codes(), view.visible()).sum();
  }

  @Override
  Loss loss(View view, float share) {
    return Loss.of(Torch.scale(sum(view), share));
  }

  @Override
  double[] likelihood(View view, MaskBatch masks) {
    return new double[] {sum(view).getFloat(), masks.totalMasked()};
  }

  @Override
  ContextGain context(Tokens of) {
    return ContextGain.of(network(), of, ContextGain.IMAGES);
  }
}
