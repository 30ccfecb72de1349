package resgen.model;

import java.util.List;
import resgen.codec.Tokens;
import resgen.head.MixtureHead;
import resgen.mask.TokenMask;
import resgen.noise.Noise;

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
  double share(List<TokenMask> masks) {
    return settings().mixture().weights().perToken() ? tokens(masks) : positions(masks);
  }

  private MixtureHead.Terms terms(View view) {
    return network().head().terms(view.hidden(), view.target(), view.level());
  }

  @Override
  Loss loss(View view, float share) {
    return MixtureObjective.loss(terms(view), settings().mixture().weights(), share);
  }

  @Override
  double[] likelihood(View view, List<TokenMask> masks) {
    return new double[] {terms(view).exact().sum().getFloat(), tokens(masks)};
  }

  @Override
  ContextGain context(Tokens of) {
    return ContextGain.of(network(), of, ContextGain.IMAGES, 1.0);
  }
}
