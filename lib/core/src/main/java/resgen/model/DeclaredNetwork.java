package resgen.model;

import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;

/**
 * What every network of the family is declared from.
 *
 * @param <S> the settings
 */
abstract class DeclaredNetwork<S extends GeneratorSettings> implements GeneratorNetwork {

  private final S settings;
  private final Parameters parameters;
  private final Codebooks codebooks; // null in a plan

  /**
   * Checks that the codebooks are those of the settings' tokens.
   *
   * @param codebooks frozen; null in a plan
   */
  DeclaredNetwork(Parameters parameters, S settings, Codebooks codebooks) {
    this.settings = settings;
    this.parameters = parameters;
    this.codebooks = codebooks;
    settings.tokens().checkCodebooks(codebooks);
  }

  /** The precision that a setting names; a plan needs no engine. */
  static Precision precision(Parameters parameters, String setting) {
    return parameters.manager() == null ? Precision.FP32 : Precision.of(setting);
  }

  @Override
  public final S settings() {
    return settings;
  }

  @Override
  public final Parameters parameters() {
    return parameters;
  }

  @Override
  public final Codebooks codebooks() {
    return codebooks;
  }
}
