package resgen.model;

import resgen.data.Noise;
import resgen.mask.MaskBatch;
import resgen.mixture.MixtureHead;
import resgen.tokenizer.Tokens;

/**
 * ResGen's training: masks of the forward process, the sum of the masked embeddings as the target,
 * the mixture's bound as the loss, over positions with a masked token (paper, method).
 */
public final class ResGenTraining extends MaskedTraining<ResGenNetwork> {

  /**
   * A model at its start.
   *
   * @param validation tokens to validate on
   * @param seed of the initial weights, masks, order and dropped classes
   */
  public ResGenTraining(ResGenSettings settings, Tokens tokens, Tokens validation, long seed) {
    super(settings::network, settings, tokens, validation, Noise.of(seed).fork("resgen"), seed);
    network().start(TokenStatistics.of(tokens));
  }

  @Override
  public ResGenSettings settings() {
    return network().settings();
  }

  @Override
  MaskBatch masks(int batch, Noise noise, long step) {
    TokenShape shape = settings().tokens();
    return MaskBatch.draw(
        settings().masking(), batch, shape.positions(), shape.depth(), noise, step);
  }

  @Override
  double share(MaskBatch masks) {
    return settings().mixture().weights().perToken() ? masks.totalMasked() : positions(masks);
  }

  private MixtureHead.Terms terms(View view) {
    return network().head().terms(view.hidden(), view.target(), view.level());
  }

  @Override
  Loss loss(View view, float share) {
    return MixtureObjective.loss(terms(view), settings().mixture().weights(), share);
  }

  @Override
  double[] likelihood(View view, MaskBatch masks) {
    return new double[] {terms(view).exact().sum().getFloat(), masks.totalMasked()};
  }

  @Override
  ContextGain context(Tokens of) {
    return ContextGain.of(network(), of, ContextGain.IMAGES, 1.0);
  }
}
