package resgen.model;

import ai.djl.ndarray.NDManager;
import resgen.codec.Tokens;
import resgen.head.MixtureSettings;
import resgen.mask.Schedule;
import resgen.nn.MlpStack;
import resgen.nn.Parameters;
import resgen.nn.Transformer;

/** Small autoregressive networks whose every parameter has been moved at random. */
public final class Autoregressive {

  private static final Transformer.Settings SIZES = Transformer.Settings.of(16, 2, 2).gate(1);

  private Autoregressive() {}

  /** An RQ-Transformer with two blocks over positions and two over depths. */
  public static RqTransformerNetwork rq(NDManager manager, TokenShape shape, long seed) {
    return rq(manager, shape, seed, "fp32");
  }

  /** The same weights in a precision. */
  public static RqTransformerNetwork rq(
      NDManager manager, TokenShape shape, long seed, String precision) {
    RqTransformerSettings settings = new RqTransformerSettings(shape, SIZES, 2, 0.1, precision);
    RqTransformerNetwork network =
        new RqTransformerNetwork(
            Parameters.on(manager, seed), settings, tokens(manager, shape).codebooks());
    network.start(TokenStatistics.of(tokens(manager, shape)));
    MadeUp.stir(network.parameters(), seed);
    network.parameters().freeze();
    return network;
  }

  /** An AR-ResGen with two blocks over positions and two MLP blocks. */
  public static ArResGenNetwork ar(NDManager manager, TokenShape shape, long seed) {
    return ar(manager, shape, seed, "fp32");
  }

  /** The same weights in a precision. */
  public static ArResGenNetwork ar(
      NDManager manager, TokenShape shape, long seed, String precision) {
    ArResGenSettings settings =
        new ArResGenSettings(
            shape,
            SIZES,
            new MlpStack.Settings(2, 3, 1),
            MixtureSettings.anchored(shape.codes(), 0, 4),
            Schedule.circle(),
            0.1,
            precision);
    ArResGenNetwork network =
        new ArResGenNetwork(
            Parameters.on(manager, seed), settings, tokens(manager, shape).codebooks());
    network.start(TokenStatistics.of(tokens(manager, shape)));
    MadeUp.stir(network.parameters(), seed);
    network.parameters().freeze();
    return network;
  }

  private static Tokens tokens(NDManager manager, TokenShape shape) {
    return MadeUp.tokens(manager, shape.depth(), shape.codes(), shape.dimension(), 200);
  }
}
