package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import resgen.audio.LogMel;
import resgen.torch.Torch;
import resgen.torch.WeightFormat;

/**
 * The affine part of a linear codec: a mean, principal directions and a scale.
 *
 * @param settings of the codec
 * @param mean of the stacked frames, {@code [stride·M]}
 * @param directions orthonormal, the one of most variance first, {@code [H, stride·M]} in row order
 * @param scale of the components, such that their total standard deviation is 1
 * @param explained share of the variance that the first 1 … H directions hold, {@code [H]}
 * @param level mean of all log-mel values
 * @param deviation standard deviation of all log-mel values
 * @param loudest the greatest log-mel value of every band, {@code [M]}, or empty if not known
 */
record LinearModel(
    LinearSettings settings,
    float[] mean,
    float[] directions,
    float scale,
    double[] explained,
    double level,
    double deviation,
    List<Double> loudest) {

  LinearModel {
    SpectrogramCodec.checkLoudest(loudest, settings.mel().mels());
  }

  /** Fits the directions to spectrograms. */
  static LinearModel fit(float[] rows, LinearSettings settings) {
    int d = settings.stride() * settings.mel().mels();
    int n = rows.length / d;
    if (n < 2) {
      throw new IllegalArgumentException(n + " positions are too few to learn from");
    }
    double sum = 0;
    double squares = 0;
    double[] mean = new double[d];
    for (int i = 0; i < rows.length; i++) {
      mean[i % d] += rows[i] / (double) n;
      sum += rows[i];
      squares += (double) rows[i] * rows[i];
    }
    float[] narrow = new float[d];
    for (int k = 0; k < d; k++) {
      narrow[k] = (float) mean[k];
    }
    double[] covariance = covariance(rows, narrow, d);
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
    if (!eigen.decompose(DMatrixRMaj.wrap(d, d, covariance))) {
      throw new IllegalStateException("an eigen-decomposition does not converge");
    }
    Integer[] order = new Integer[d];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) ->
            Double.compare(eigen.getEigenvalue(b).getReal(), eigen.getEigenvalue(a).getReal()));
    double total = 0;
    for (int i = 0; i < d; i++) {
      total += eigen.getEigenvalue(i).getReal();
    }
    int h = settings.dimension();
    float[] directions = new float[h * d];
    double[] explained = new double[h];
    double kept = 0;
    for (int j = 0; j < h; j++) {
      kept += eigen.getEigenvalue(order[j]).getReal();
      explained[j] = kept / total;
      double[] vector = eigen.getEigenVector(order[j]).getData();
      double largest = 0;
      for (double v : vector) {
        largest = Math.abs(v) > Math.abs(largest) ? v : largest;
      }
      for (int k = 0; k < d; k++) {
        directions[j * d + k] = (float) (largest < 0 ? -vector[k] : vector[k]);
      }
    }
    if (!(kept > 0)) {
      throw new IllegalArgumentException("all positions are alike: there is nothing to learn");
    }
    double level = sum / rows.length;
    return new LinearModel(
        settings,
        narrow,
        directions,
        (float) (1 / Math.sqrt(kept / h)),
        explained,
        level,
        Math.sqrt(squares / rows.length - level * level),
        LogMel.loudest(List.of(new LogMel(rows, settings.mel()))));
  }

  /** With the directions that a file in a format would give back. */
  LinearModel stored(WeightFormat format) {
    float[] rounded = format.rounded("directions", directions, settings.dimension(), mean.length);
    return new LinearModel(settings, mean, rounded, scale, explained, level, deviation, loudest);
  }

  private static double[] covariance(float[] rows, float[] mean, int d) {
    try (NDManager manager = Torch.manager()) {
      return Torch.scoped(
          () -> {
            long n = rows.length / d;
            NDArray x = Torch.floats(manager, rows, n, d).sub(Torch.floats(manager, mean, d));
            NDArray wide = x.toType(DataType.FLOAT64, false); // [N, stride·M]
            return Torch.doubles(wide.transpose().matMul(wide).div(n));
          });
    }
  }

  /** Scaled components of stacked frames: {@code [N, stride·M] → [N, H]}. */
  NDArray components(NDArray rows) {
    NDManager manager = rows.getManager();
    NDArray v = Torch.floats(manager, directions, settings.dimension(), mean.length);
    return rows.sub(Torch.floats(manager, mean, mean.length)).matMul(v.transpose()).mul(scale);
  }

  /** Stacked frames of scaled components: {@code [N, H] → [N, stride·M]}. */
  NDArray frames(NDArray components) {
    NDManager manager = components.getManager();
    NDArray v = Torch.floats(manager, directions, settings.dimension(), mean.length);
    return components.div(scale).matMul(v).add(Torch.floats(manager, mean, mean.length));
  }
}
