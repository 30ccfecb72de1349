package resgen.model;

import ai.djl.ndarray.NDArray;
import resgen.head.MixtureHead;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;

/**
 * ResGen's network: cumulative embeddings of the visible tokens in, a mixture of Gaussians over the
 * sum of the masked embeddings out (paper, method and figure 1; appendix on the backbone).
 */
public final class ResGenNetwork extends DeclaredNetwork<ResGenSettings> implements MaskedNetwork {

  private final MaskedBackbone backbone;
  private final MixtureHead head;

  /**
   * Declares the network.
   *
   * @param codebooks the frozen codebooks of its tokens; null in a plan
   */
  public ResGenNetwork(Parameters parameters, ResGenSettings settings, Codebooks codebooks) {
    super(parameters, settings, codebooks);
    TokenShape t = settings.tokens();
    backbone = new MaskedBackbone(parameters, settings);
    head =
        new MixtureHead(
            parameters.scope("head"),
            settings.mixture(),
            settings.backbone().width(),
            t.dimension(),
            t.depth(),
            precision(parameters, settings.precision()));
  }

  /** The hidden state that the head reads; see {@link MaskedBackbone#hidden}. */
  public NDArray hidden(NDArray visibleSum, NDArray visible, NDArray labels, boolean training) {
    return backbone.hidden(visibleSum, visible, labels, training);
  }

  /**
   * Starts what depends on the data: the input's scale and, with anchored means, the head.
   *
   * @param statistics of the tokens to be learnt
   */
  public void start(TokenStatistics statistics) {
    backbone.start(statistics);
    statistics.start(head);
  }

  @Override
  public MaskedBackbone backbone() {
    return backbone;
  }

  /** The head. */
  public MixtureHead head() {
    return head;
  }

  /** The parameters that settings ask for, by part, without building them. */
  public static Parameters plan(ResGenSettings settings) {
    return settings.plan();
  }
}
