package resgen.model;

import resgen.codec.Tokens;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;

/**
 * Settings of an RQ-Transformer (Lee et al. 2022), the family's model that draws every token by
 * itself.
 *
 * @param tokens what it makes
 * @param backbone sizes of the transformer over positions
 * @param depthLayers blocks of the transformer over depths, which has the backbone's width
 * @param classDrop how often training replaces the class by the null class
 * @param precision {@code fp32}, {@code bf16} or {@code auto}
 */
public record RqTransformerSettings(
    TokenShape tokens,
    Transformer.Settings backbone,
    int depthLayers,
    double classDrop,
    String precision)
    implements GeneratorSettings {

  public RqTransformerSettings {
    backbone.layers(depthLayers);
    TokenShape.checkClassDrop(classDrop);
    Precision.check(precision);
  }

  /** Sizes of the transformer over depths. */
  public Transformer.Settings depth() {
    return backbone.layers(depthLayers);
  }

  @Override
  public RqTransformerNetwork network(Parameters parameters, Codebooks codebooks) {
    return new RqTransformerNetwork(parameters, this, codebooks);
  }

  @Override
  public RqTransformerTraining training(Tokens tokens, Tokens validation, long seed) {
    return new RqTransformerTraining(this, tokens, validation, seed);
  }

  /** A model that trains in seconds, for tests. */
  public static RqTransformerSettings tiny(TokenShape tokens) {
    return new RqTransformerSettings(
        tokens, Transformer.Settings.of(32, 2, 2).gate(1), 1, 0.1, "fp32");
  }

  /** A few million parameters, for Fashion-MNIST on two cores. */
  public static RqTransformerSettings small(TokenShape tokens) {
    return new RqTransformerSettings(
        tokens, Transformer.Settings.of(176, 5, 4).gate(1), 1, 0.1, "auto");
  }

  /**
   * The paper's size for 8×8 positions of depth 16 (ImageNet, 256 px): 626 M parameters. The split
   * over positions and depths is not stated; the backbone is ResGen's.
   */
  public static RqTransformerSettings paperRvq16() {
    return new RqTransformerSettings(
        new TokenShape(8, 16, 1024, 64, 1000),
        Transformer.Settings.of(1152, 28, 16),
        7,
        0.1,
        "auto");
  }
}
