package resgen.model;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.head.MixtureSettings;
import resgen.mask.Schedule;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.Codes;
import resgen.torch.Torch;

/**
 * Made-up tokens of 2×2 positions and two classes, in which every position tells all the others:
 * one hidden number decides the codes of all but the last depth, which are random.
 */
public final class MadeUp {

  public static final int GRID = 2;
  public static final int CLASSES = 2;
  private static final double SHRINK = 0.35;

  private MadeUp() {}

  /** Codes along the axes, both ways, 0.35 as long with every depth; V is at most 2·H. */
  public static Codebooks books(NDManager manager, int depth, int codes, int dimension) {
    float[] values = new float[depth * codes * dimension];
    float[] sigma = new float[depth];
    for (int j = 0; j < depth; j++) {
      float length = (float) Math.pow(SHRINK, j);
      for (int v = 0; v < codes; v++) {
        values[(j * codes + v) * dimension + v / 2] = v % 2 == 0 ? length : -length;
      }
      sigma[j] = (float) (Math.pow(SHRINK, j + 1) / Math.sqrt(dimension));
    }
    return Codebooks.of(manager, values, sigma, depth, codes, dimension);
  }

  /** The hidden number is uniform; its parity is the class. V is a power of two. */
  public static Tokens tokens(NDManager manager, int depth, int codes, int dimension, int images) {
    int l = GRID * GRID;
    int[] values = new int[images * l * depth];
    int[] labels = new int[images];
    for (int i = 0; i < images; i++) {
      Noise.Stream noise = Noise.of(5).stream(i);
      int hidden = noise.nextInt(codes);
      labels[i] = hidden % CLASSES;
      for (int p = 0; p < l; p++) {
        for (int j = 0; j < depth; j++) {
          boolean last = j == depth - 1;
          int code = last ? noise.nextInt(codes) : (hidden * (2 * j + 1) + p + j) % codes;
          values[(i * l + p) * depth + j] = code;
        }
      }
    }
    return new Tokens(
        Codes.of(values, l, depth),
        labels,
        List.of("even", "odd"),
        books(manager, depth, codes, dimension),
        GRID,
        Optional.empty(),
        "made up");
  }

  public static TokenShape shape(Tokens tokens) {
    Codebooks books = tokens.codebooks();
    return new TokenShape(GRID, books.depth(), books.codes(), books.dimension(), CLASSES);
  }

  /**
   * A network whose every parameter has been moved at random, so that nothing is without effect.
   */
  public static ResGenNetwork network(NDManager manager, ResGenSettings settings, long seed) {
    TokenShape shape = settings.tokens();
    Tokens tokens = tokens(manager, shape.depth(), shape.codes(), shape.dimension(), 200);
    ResGenNetwork network =
        new ResGenNetwork(Parameters.on(manager, seed), settings, tokens.codebooks());
    network.start(TokenStatistics.of(tokens));
    stir(network.parameters(), seed);
    return network;
  }

  /** Adds normal noise of 0.2 to all that is trained. */
  public static void stir(Parameters parameters, long seed) {
    Torch.withGradients(
        false,
        () -> {
          parameters
              .trained()
              .forEach(
                  (name, array) -> {
                    float[] values = array.toFloatArray();
                    Noise.Stream noise = Noise.of(seed).stream(1, name.hashCode());
                    for (int i = 0; i < values.length; i++) {
                      values[i] += (float) (0.2 * noise.nextGaussian());
                    }
                    array.set(values);
                  });
          return null;
        });
  }

  /** All codes, {@code [size, L, D]}. */
  public static int[] all(Codes codes) {
    return codes.rows(IntStream.range(0, codes.size()).toArray());
  }

  /** One block of width 16 with an anchored head. */
  static ResGenSettings settings(
      Tokens tokens, double classDrop, double dropout, boolean perToken) {
    MixtureSettings.Weights weights = new MixtureSettings.Weights(1, 1, 1, perToken);
    return new ResGenSettings(
        shape(tokens),
        new Transformer.Settings(16, 1, 2, 2, 1, dropout, false),
        MixtureSettings.anchored(tokens.codebooks().codes(), 0, 4).weights(weights),
        new Conditioning(4, Conditioning.State.INPUT, true, true, classDrop),
        Schedule.circle(),
        "fp32");
  }
}
