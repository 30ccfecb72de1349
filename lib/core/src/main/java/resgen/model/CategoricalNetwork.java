package resgen.model;

import resgen.nn.CategoricalHead;
import resgen.nn.Parameters;
import resgen.rvq.Codebooks;

/**
 * The masked backbone with a softmax over the codes of every depth in place of the mixture: the
 * network of {@link DirectTokensSettings direct tokens} and of {@link DepthwiseMaskGitSettings
 * depthwise MaskGIT}, which differ in masks and order alone.
 *
 * @param <S> the settings
 */
public final class CategoricalNetwork<S extends GeneratorSettings & MaskedSettings>
    implements MaskedNetwork {

  private final S settings;
  private final Parameters parameters;
  private final Codebooks codebooks; // null in a plan
  private final MaskedBackbone backbone;
  private final CategoricalHead head;

  /**
   * Declares the network.
   *
   * @param codebooks the frozen codebooks of its tokens; null in a plan
   */
  public CategoricalNetwork(Parameters parameters, S settings, Codebooks codebooks) {
    this.settings = settings;
    this.parameters = parameters;
    this.codebooks = codebooks;
    TokenShape t = settings.tokens();
    t.checkCodebooks(codebooks);
    backbone = new MaskedBackbone(parameters, settings);
    head =
        new CategoricalHead(
            parameters.scope("head"),
            settings.backbone().width(),
            t.depth(),
            t.codes(),
            MaskedBackbone.precision(parameters, settings.precision()));
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
  public S settings() {
    return settings;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Codebooks codebooks() {
    return codebooks;
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
