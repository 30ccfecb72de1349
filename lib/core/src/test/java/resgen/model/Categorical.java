package resgen.model;

import ai.djl.ndarray.NDManager;
import resgen.codec.Tokens;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.Parameters;
import resgen.nn.Transformer;

/** Small masked networks with categorical heads, every parameter of which has been moved. */
public final class Categorical {

  private static final Transformer.Settings SIZES = Transformer.Settings.of(16, 1, 2).gate(1);

  private Categorical() {}

  public static CategoricalNetwork<DirectTokensSettings> direct(
      NDManager manager, TokenShape shape, long seed) {
    return made(manager, seed, direct(shape, 0.1));
  }

  public static CategoricalNetwork<DirectTokensSettings> anyTokens(
      NDManager manager, TokenShape shape, long seed) {
    return made(manager, seed, direct(shape, 0.1).masks(MaskLaw.UNIFORM));
  }

  public static CategoricalNetwork<DepthwiseMaskGitSettings> depthwise(
      NDManager manager, TokenShape shape, long seed) {
    return made(manager, seed, depthwise(shape, 0.1));
  }

  static DirectTokensSettings direct(TokenShape shape, double classDrop) {
    return new DirectTokensSettings(
        shape, SIZES, conditioning(classDrop), Schedule.circle(), MaskLaw.PREFIX, "fp32");
  }

  static DepthwiseMaskGitSettings depthwise(TokenShape shape, double classDrop) {
    return new DepthwiseMaskGitSettings(
        shape, SIZES, conditioning(classDrop), Schedule.circle(), "fp32");
  }

  private static Conditioning conditioning(double classDrop) {
    return new Conditioning(4, Conditioning.State.INPUT, true, true, classDrop);
  }

  private static <S extends GeneratorSettings & MaskedSettings> CategoricalNetwork<S> made(
      NDManager manager, long seed, S settings) {
    TokenShape shape = settings.tokens();
    Tokens tokens = MadeUp.tokens(manager, shape.depth(), shape.codes(), shape.dimension(), 200);
    CategoricalNetwork<S> network =
        new CategoricalNetwork<>(Parameters.on(manager, seed), settings, tokens.codebooks());
    network.start(TokenStatistics.of(tokens));
    MadeUp.stir(network.parameters(), seed);
    network.parameters().freeze();
    return network;
  }
}
