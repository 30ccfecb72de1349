package resgen.model;

import resgen.codec.Tokens;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;

/**
 * Settings of a generator that predicts the masked tokens themselves, all depths in parallel
 * (paper, the discrete-parallel baseline).
 *
 * @param tokens what it makes
 * @param backbone the transformer's sizes
 * @param conditioning how masks and classes enter
 * @param masking the training schedule γ
 * @param masks which tokens are masked, in training and in sampling
 * @param precision {@code fp32}, {@code bf16} or {@code auto}
 */
public record DirectTokensSettings(
    TokenShape tokens,
    Transformer.Settings backbone,
    Conditioning conditioning,
    Schedule masking,
    MaskLaw masks,
    String precision)
    implements GeneratorSettings, MaskedSettings {

  public DirectTokensSettings {
    Precision.check(precision);
  }

  /** With other masks. */
  public DirectTokensSettings masks(MaskLaw law) {
    return new DirectTokensSettings(tokens, backbone, conditioning, masking, law, precision);
  }

  @Override
  public CategoricalNetwork<DirectTokensSettings> network(
      Parameters parameters, Codebooks codebooks) {
    return new CategoricalNetwork<>(parameters, this, codebooks);
  }

  @Override
  public DirectTokensTraining training(Tokens tokens, Tokens validation, long seed) {
    return new DirectTokensTraining(this, tokens, validation, seed);
  }

  /** A model that trains in seconds, for tests. */
  public static DirectTokensSettings tiny(TokenShape tokens) {
    return of(tokens, Transformer.Settings.of(32, 2, 2), "fp32");
  }

  /**
   * A few million parameters, for Fashion-MNIST on two cores; narrower than ResGen's, since its
   * head is larger.
   */
  public static DirectTokensSettings small(TokenShape tokens) {
    return of(tokens, Transformer.Settings.of(180, 5, 5), "auto");
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static DirectTokensSettings cifar(TokenShape tokens) {
    return of(tokens, Transformer.Settings.of(480, 8, 8), "auto");
  }

  private static DirectTokensSettings of(
      TokenShape tokens, Transformer.Settings sizes, String precision) {
    return new DirectTokensSettings(
        tokens, sizes.gate(1), Conditioning.usual(), Schedule.circle(), MaskLaw.PREFIX, precision);
  }

  /**
   * About the size of the paper's ResGen for 8×8 positions of depth 16 (ImageNet, 256 px), 576 M
   * parameters; the paper does not state this model's. It has more blocks for its smaller head.
   */
  public static DirectTokensSettings paperRvq16() {
    return new DirectTokensSettings(
        new TokenShape(8, 16, 1024, 64, 1000),
        Transformer.Settings.of(1152, 32, 16),
        Conditioning.paper(),
        Schedule.circle(),
        MaskLaw.PREFIX,
        "auto");
  }
}
