package resgen.model;

import resgen.head.CategoricalHead;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;

/**
 * The masked backbone with a softmax over the codes of every depth in place of the mixture: the
 * network of {@link DirectTokensSettings direct tokens} and of {@link DepthwiseMaskGitSettings
 * depthwise MaskGIT}, which differ in masks and order alone.
 *
 * @param <S> the settings
 */
public final class CategoricalNetwork<S extends GeneratorSettings & MaskedSettings>
    extends DeclaredNetwork<S> implements MaskedNetwork {

  private final MaskedBackbone backbone;
  private final CategoricalHead head;

  /**
   * Declares the network.
   *
   * @param codebooks the frozen codebooks of its tokens; null in a plan
   */
  public CategoricalNetwork(Parameters parameters, S settings, Codebooks codebooks) {
    super(parameters, settings, codebooks);
    TokenShape t = settings.tokens();
    backbone = new MaskedBackbone(parameters, settings);
    head =
        new CategoricalHead(
            parameters.scope("head"),
            settings.backbone().width(),
            t.depth(),
            t.codes(),
            precision(parameters, settings.precision()));
  }

  /**
   * Starts the input's scale.
   *
   * @param statistics of the tokens to be learnt
   */
  public void start(TokenStatistics statistics) {
    backbone.start(statistics);
  }

  @Override
  public MaskedBackbone backbone() {
    return backbone;
  }

  /** The head. */
  public CategoricalHead head() {
    return head;
  }
}
