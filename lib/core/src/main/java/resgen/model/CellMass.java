package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.function.IntFunction;
import resgen.head.MixtureHead;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.torch.Torch;

/**
 * The probabilities of depth-1 codes that a mixture over z implies where all depths are masked: Σ_v
 * π_v P(z drawn from component v falls into the code's cell), the cell shares measured with {@value
 * #DRAWS} draws per component and mixed with 0.1 % of the uniform distribution.
 */
final class CellMass {

  private static final int DRAWS = 4;
  private static final double FLOOR = 0.001;

  private CellMass() {}

  /**
   * The probabilities, {@code [n, V]} in row order.
   *
   * @param hidden what the head reads, {@code [n, W]}
   * @param noise of each draw by its number
   * @param noiseScale s, the noise scale of the draws
   */
  static float[] of(
      MixtureHead head,
      Codebooks books,
      NDArray hidden,
      IntFunction<Noise.Stream> noise,
      double noiseScale) {
    NDManager manager = hidden.getManager();
    int n = (int) hidden.getShape().get(0);
    int h = books.dimension();
    int k = head.settings().components();
    int[] level = new int[n];
    Arrays.fill(level, books.depth() - 1);
    MixtureHead.Distribution p = head.distribution(hidden, Torch.longs(manager, level, n));
    float[] weights = p.logWeights().exp().toFloatArray();
    NDArray scale = p.logScale().exp().reshape(n, 1, 1);
    NDArray shift = p.shift().expandDims(1);
    float[] mass = new float[n * books.codes()];
    Arrays.fill(mass, (float) (FLOOR / books.codes()));
    for (int draw = 0; draw < DRAWS; draw++) {
      float[] gaussian = noise.apply(draw).gaussians(n * k * h);
      NDArray eps = Torch.floats(manager, gaussian, n, k, h).mul((float) noiseScale);
      NDArray z = p.means().add(eps).mul(scale).add(shift).reshape((long) n * k, h);
      long[] codes = books.nearest(z, 0).toLongArray();
      for (int i = 0; i < codes.length; i++) {
        mass[i / k * books.codes() + (int) codes[i]] += (float) ((1 - FLOOR) * weights[i] / DRAWS);
      }
    }
    return mass;
  }
}
