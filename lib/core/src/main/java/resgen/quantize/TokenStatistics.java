package resgen.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.torch.Torch;

/**
 * What a generator's start takes from its tokens.
 *
 * @param deviation root mean square of one coordinate of the target when the k deepest depths are
 *     masked, for k = 1 … D
 * @param anchors the codes of the shallowest masked depth for k = 1 … D: {@code [D][V·H]}
 */
public record TokenStatistics(double[] deviation, float[][] anchors) {

  private static final int SAMPLE = 2000;

  /** Measures on a fixed random part of the tokens. */
  public static TokenStatistics of(Codes tokens, Codebooks books) {
    int depth = books.depth();
    int count = Math.min(SAMPLE, tokens.size());
    int[] chosen = Arrays.copyOf(Noise.of(0).stream(0).permutation(tokens.size()), count);
    int rows = count * tokens.positions();
    double[] deviation = new double[depth];
    float[][] anchors = new float[depth][];
    try (NDManager manager = Torch.manager()) {
      Torch.scoped(
          () -> {
            NDArray codes = Torch.longs(manager, tokens.rows(chosen), rows, depth);
            for (int k = 1; k <= depth; k++) {
              int[] visible = new int[rows];
              Arrays.fill(visible, depth - k);
              NDArray z = books.sums(codes, Torch.longs(manager, visible, rows)).masked();
              deviation[k - 1] = Math.sqrt(z.mul(z).mean().getFloat());
              anchors[k - 1] = books.array().get(depth - k).toFloatArray();
            }
            return null;
          });
    }
    return new TokenStatistics(deviation, anchors);
  }
}
