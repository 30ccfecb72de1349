package resgen.model;

import resgen.codec.Tokens;
import resgen.head.MixtureSettings;
import resgen.mask.Schedule;
import resgen.nn.MlpStack;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;

/**
 * Settings of an AR-ResGen: autoregressive over positions, masked over the depths of each.
 *
 * @param tokens what it makes
 * @param backbone sizes of the transformer over positions
 * @param mlp sizes of what runs once per iteration over depth
 * @param mixture the head
 * @param masking the training schedule γ, of each position by itself
 * @param classDrop how often training replaces the class by the null class
 * @param precision {@code fp32}, {@code bf16} or {@code auto}
 */
public record ArResGenSettings(
    TokenShape tokens,
    Transformer.Settings backbone,
    MlpStack.Settings mlp,
    MixtureSettings mixture,
    Schedule masking,
    double classDrop,
    String precision)
    implements GeneratorSettings {

  public ArResGenSettings {
    TokenShape.checkClassDrop(classDrop);
    Precision.check(precision);
    mixture.checkCodes(tokens.codes());
  }

  @Override
  public ArResGenNetwork network(Parameters parameters, Codebooks codebooks) {
    return new ArResGenNetwork(parameters, this, codebooks);
  }

  @Override
  public ArResGenTraining training(Tokens tokens, Tokens validation, long seed) {
    return new ArResGenTraining(this, tokens, validation, seed);
  }

  /** A model that trains in seconds, for tests. */
  public static ArResGenSettings tiny(TokenShape tokens) {
    return anchored(tokens, Transformer.Settings.of(32, 2, 2), 2, "fp32");
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static ArResGenSettings small(TokenShape tokens) {
    return anchored(tokens, Transformer.Settings.of(176, 5, 4), 3, "auto");
  }

  private static ArResGenSettings anchored(
      TokenShape tokens, Transformer.Settings sizes, int expansion, String precision) {
    return new ArResGenSettings(
        tokens,
        sizes.gate(1),
        new MlpStack.Settings(3, expansion, 1),
        MixtureSettings.anchored(tokens.codes(), 0, 4).weights(1, 1, 0),
        Schedule.circle(),
        0.1,
        precision);
  }

  /**
   * The paper's size for 8×8 positions of depth 16 (ImageNet, 256 px): 625 M parameters. The split
   * over positions and depths is not stated; the backbone is ResGen's.
   */
  public static ArResGenSettings paperRvq16() {
    return new ArResGenSettings(
        new TokenShape(8, 16, 1024, 64, 1000),
        Transformer.Settings.of(1152, 28, 16),
        new MlpStack.Settings(3, 6, 0),
        MixtureSettings.full(1024),
        Schedule.circle(),
        0.1,
        "auto");
  }
}
