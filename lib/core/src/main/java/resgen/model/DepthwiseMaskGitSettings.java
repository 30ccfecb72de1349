package resgen.model;

import resgen.codec.Tokens;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;

/**
 * Settings of a generator that makes one depth after another, coarse to fine, each by masked steps
 * over the positions (paper, the MaskGIT baseline).
 *
 * @param tokens what it makes
 * @param backbone the transformer's sizes
 * @param conditioning how masks and classes enter
 * @param masking the training schedule γ
 * @param precision {@code fp32}, {@code bf16} or {@code auto}
 */
public record DepthwiseMaskGitSettings(
    TokenShape tokens,
    Transformer.Settings backbone,
    Conditioning conditioning,
    Schedule masking,
    String precision)
    implements GeneratorSettings, MaskedSettings {

  public DepthwiseMaskGitSettings {
    Precision.check(precision);
  }

  /** At one depth after another, what is visible is always a prefix. */
  @Override
  public MaskLaw masks() {
    return MaskLaw.PREFIX;
  }

  @Override
  public CategoricalNetwork<DepthwiseMaskGitSettings> network(
      Parameters parameters, Codebooks codebooks) {
    return new CategoricalNetwork<>(parameters, this, codebooks);
  }

  @Override
  public DepthwiseMaskGitTraining training(Tokens tokens, Tokens validation, long seed) {
    return new DepthwiseMaskGitTraining(this, tokens, validation, seed);
  }

  /** A model that trains in seconds, for tests. */
  public static DepthwiseMaskGitSettings tiny(TokenShape tokens) {
    return of(tokens, Transformer.Settings.of(32, 2, 2), "fp32");
  }

  /**
   * A few million parameters, for Fashion-MNIST on two cores; narrower than ResGen's, since its
   * head is larger.
   */
  public static DepthwiseMaskGitSettings small(TokenShape tokens) {
    return of(tokens, Transformer.Settings.of(180, 5, 5), "auto");
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static DepthwiseMaskGitSettings cifar(TokenShape tokens) {
    return of(tokens, Transformer.Settings.of(480, 8, 8), "auto");
  }

  private static DepthwiseMaskGitSettings of(
      TokenShape tokens, Transformer.Settings sizes, String precision) {
    return new DepthwiseMaskGitSettings(
        tokens, sizes.gate(1), Conditioning.usual(), Schedule.circle(), precision);
  }

  /**
   * The paper's size for 8×8 positions of depth 16 (ImageNet, 256 px): 580 M parameters. How they
   * are spread is not stated; it has more blocks than ResGen for its smaller head.
   */
  public static DepthwiseMaskGitSettings paperRvq16() {
    return new DepthwiseMaskGitSettings(
        new TokenShape(8, 16, 1024, 64, 1000),
        Transformer.Settings.of(1152, 32, 16),
        Conditioning.paper(),
        Schedule.circle(),
        "auto");
  }
}
