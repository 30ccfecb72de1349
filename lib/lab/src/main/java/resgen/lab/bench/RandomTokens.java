package resgen.lab.bench;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;

/** Random codebooks and tokens of a shape. */
final class RandomTokens {

  /** How many classes the tokens have. */
  static final int CLASSES = 10;

  private static final double SHRINK = 0.7;

  private RandomTokens() {}

  /** Normal codes, 0.7 times as long at each further depth. */
  static Codebooks books(NDManager manager, TokenSpec shape) {
    int each = shape.codes() * shape.dimension();
    float[] values = new float[shape.depth() * each];
    float[] sigma = new float[shape.depth()];
    Noise.Stream noise = Noise.of(3).stream(0);
    for (int j = 0; j < shape.depth(); j++) {
      double length = Math.pow(SHRINK, j) / Math.sqrt(shape.dimension());
      for (int i = 0; i < each; i++) {
        values[j * each + i] = (float) (length * noise.nextGaussian());
      }
      sigma[j] = (float) (length * SHRINK);
    }
    return Codebooks.of(manager, values, sigma, shape.depth(), shape.codes(), shape.dimension());
  }

  /** Uniform codes and labels. */
  static Tokens tokens(NDManager manager, TokenSpec shape, int images) {
    Noise.Stream noise = Noise.of(4).stream(0);
    int[] codes =
        IntStream.generate(() -> noise.nextInt(shape.codes()))
            .limit((long) images * shape.tokens())
            .toArray();
    int[] labels = IntStream.range(0, images).map(i -> i % CLASSES).toArray();
    return Tokens.of(
        Codes.of(codes, shape.positions(), shape.depth()),
        new Condition.Classes(
            labels, IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList()),
        shape.layout(),
        books(manager, shape),
        Optional.empty(),
        "random");
  }
}
