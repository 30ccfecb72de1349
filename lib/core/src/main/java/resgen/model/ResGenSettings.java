package resgen.model;

import resgen.codec.Tokens;
import resgen.head.MixtureSettings;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;

/**
 * Settings of a ResGen generator.
 *
 * @param tokens what it makes
 * @param backbone the transformer's sizes
 * @param mixture the head
 * @param conditioning how masks and classes enter
 * @param masking the training schedule γ
 * @param masks which tokens are masked, in training and in sampling
 * @param precision {@code fp32}, {@code bf16} or {@code auto}
 */
public record ResGenSettings(
    TokenShape tokens,
    Transformer.Settings backbone,
    MixtureSettings mixture,
    Conditioning conditioning,
    Schedule masking,
    MaskLaw masks,
    String precision)
    implements GeneratorSettings, MaskedSettings {

  /** Settings with the paper's masks. */
  public ResGenSettings(
      TokenShape tokens,
      Transformer.Settings backbone,
      MixtureSettings mixture,
      Conditioning conditioning,
      Schedule masking,
      String precision) {
    this(tokens, backbone, mixture, conditioning, masking, MaskLaw.PREFIX, precision);
  }

  public ResGenSettings {
    Precision.check(precision);
    mixture.checkCodes(tokens.codes());
  }

  /** With other masks. */
  public ResGenSettings masks(MaskLaw law) {
    return new ResGenSettings(tokens, backbone, mixture, conditioning, masking, law, precision);
  }

  @Override
  public ResGenNetwork network(Parameters parameters, Codebooks codebooks) {
    return new ResGenNetwork(parameters, this, codebooks);
  }

  @Override
  public ResGenTraining training(Tokens tokens, Tokens validation, long seed) {
    return new ResGenTraining(this, tokens, validation, seed);
  }

  /** A model that trains in seconds, for tests. */
  public static ResGenSettings tiny(TokenShape tokens) {
    return anchored(tokens, Transformer.Settings.of(32, 2, 2), "fp32");
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static ResGenSettings small(TokenShape tokens) {
    return anchored(tokens, Transformer.Settings.of(192, 5, 6), "auto");
  }

  /** About 35 million parameters, for CIFAR-10 on a GPU. */
  public static ResGenSettings cifar(TokenShape tokens) {
    return anchored(tokens, Transformer.Settings.of(512, 8, 8), "auto");
  }

  private static ResGenSettings anchored(
      TokenShape tokens, Transformer.Settings sizes, String precision) {
    return new ResGenSettings(
        tokens,
        sizes.gate(1),
        MixtureSettings.anchored(tokens.codes(), 0, 4).weights(1, 1, 0),
        Conditioning.usual(),
        Schedule.circle(),
        MaskLaw.PREFIX,
        precision);
  }

  /** The paper's model for 8×8 positions of depth 8 (ImageNet, 256 px). */
  public static ResGenSettings paperRvq8() {
    return paper(8);
  }

  /** The paper's model for 8×8 positions of depth 16 (ImageNet, 256 px): 576 M parameters. */
  public static ResGenSettings paperRvq16() {
    return paper(16);
  }

  private static ResGenSettings paper(int depth) {
    return new ResGenSettings(
        new TokenShape(8, depth, 1024, 64, 1000),
        Transformer.Settings.of(1152, 28, 16),
        MixtureSettings.full(1024),
        Conditioning.paper(),
        Schedule.circle(),
        MaskLaw.PREFIX,
        "auto");
  }
}
