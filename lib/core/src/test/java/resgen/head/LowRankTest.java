package resgen.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import resgen.torch.Torch;

class LowRankTest {

  private static final int K = 3;
  private static final int RANK = 2;
  private static final int H = 5;
  private static final int W = 4;

  /** A full-rank head whose output layer is the low-rank head's followed by M and s. */
  private static HeadCase built(HeadCase low) {
    HeadCase full = HeadCase.random(HeadSpec.Mixture.full(K), low.positions, W, H);
    System.arraycopy(low.hidden, 0, full.hidden, 0, low.hidden.length);
    System.arraycopy(low.z, 0, full.z, 0, low.z.length);
    System.arraycopy(low.values.get("unit"), 0, full.values.get("unit"), 0, 3);
    for (String name : new String[] {"weight", "bias"}) {
      int columns = name.equals("weight") ? W : 1;
      double[] from = low.values.get(name);
      double[] to = full.values.get(name);
      System.arraycopy(from, 0, to, 0, K * columns);
      System.arraycopy(
          from, (K + K * RANK) * columns, to, (K + K * H) * columns, (H + 1) * columns);
      for (int v = 0; v < K; v++) {
        for (int i = 0; i < H; i++) {
          for (int c = 0; c < columns; c++) {
            double sum = name.equals("bias") ? low.values.get("offset")[v * H + i] : 0;
            for (int j = 0; j < RANK; j++) {
              sum +=
                  low.values.get("basis")[(v * H + i) * RANK + j]
                      * from[(K + v * RANK + j) * columns + c];
            }
            to[(K + v * H + i) * columns + c] = sum;
          }
        }
      }
    }
    return full;
  }

  @Test
  void lowRankEqualsFullRankWhenTheMeansAreBuilt() {
    try (HeadCase low = HeadCase.random(HeadSpec.Mixture.lowRank(K, RANK), 20, W, H);
        HeadCase full = built(low)) {
      float[][] a = lossAndHiddenGradient(low);
      float[][] b = lossAndHiddenGradient(full);
      assertNear(b[0], a[0], 1e-5, "loss");
      assertNear(b[1], a[1], 1e-5, "gradient of the hidden state");
      // Logits, shift and log-scale have the same gradients; the means' differ by the chain rule.
      float[] lowBias = low.head.bias().getGradient().toFloatArray();
      float[] fullBias = full.head.bias().getGradient().toFloatArray();
      assertNear(
          Arrays.copyOf(fullBias, K), Arrays.copyOf(lowBias, K), 1e-5, "gradient of the logits");
      assertNear(
          Arrays.copyOfRange(fullBias, K + K * H, fullBias.length),
          Arrays.copyOfRange(lowBias, K + K * RANK, lowBias.length),
          1e-5,
          "gradient of shift and scale");
      assertNear(
          Arrays.copyOfRange(fullBias, K, K + K * H),
          low.head.offset().getGradient().toFloatArray(),
          1e-5,
          "gradient of s, which is that of the means");
    }
  }

  @Test
  void lowRankDistributionHoldsTheBuiltMeans() {
    try (HeadCase low = HeadCase.random(HeadSpec.Mixture.lowRank(K, RANK), 7, W, H)) {
      low.load();
      float[] means = low.head.distribution(low.hiddenArray(), low.levels()).means().toFloatArray();
      double[] expected = new double[means.length];
      for (int i = 0; i < 7; i++) {
        double[][] rows = MixtureLossTest.reference(low, i).means;
        for (int v = 0; v < K; v++) {
          System.arraycopy(rows[v], 0, expected, (i * K + v) * H, H);
        }
      }
      assertNear(expected, means, 1e-5, "means");
    }
  }

  @Test
  void theDistanceHoldsAtTheSmallestScaleAndTheLargestDimension() {
    int h = 512;
    int positions = 6;
    try (HeadCase c = HeadCase.random(HeadSpec.Mixture.lowRank(4, 64), positions, 4, h, 1)) {
      double[] bias = c.values.get("bias");
      Arrays.fill(c.values.get("weight"), 0);
      bias[bias.length - 1] = -4;
      c.values.get("unit")[0] = 0;
      double scale = Math.exp(-4);
      // Targets: the first positions on a mean (a true distance near 0), the others anywhere.
      for (int v = 0; v < 4; v++) {
        Arrays.fill(c.values.get("offset"), v * h, (v + 1) * h, 20 * (v - 1.5));
      }
      for (int i = 0; i < 3; i++) {
        double[] mean = MixtureLossTest.reference(c, i).means[i];
        for (int j = 0; j < h; j++) {
          c.z[i * h + j] = (float) (scale * mean[j] + bias[4 + 4 * 64 + j]);
        }
      }
      float[] exact = c.terms().exact().toFloatArray();
      for (int i = 0; i < positions; i++) {
        MixtureReference r = MixtureLossTest.reference(c, i);
        double square = 0;
        for (int j = 0; j < h; j++) {
          double e = (c.z[i * h + j] - r.shift[j]) / scale;
          square += e * e;
        }
        assertTrue(square > 1e4, "the case does not cancel: " + square);
        assertEquals(r.exact(), exact[i], 4e-7 * square + 1e-3, "position " + i);
      }
    }
  }

  private static float[][] lossAndHiddenGradient(HeadCase c) {
    c.load();
    NDArray hidden = c.hiddenArray();
    Torch.requireGradient(hidden);
    NDArray loss =
        Torch.withGradients(
            true,
            () -> {
              MixtureHead.Terms t = c.head.terms(hidden, c.targets(), c.levels(), c.bound);
              return t.regression().add(t.divergence());
            });
    float[] values = loss.toFloatArray();
    Torch.backward(Torch.withGradients(true, loss::sum));
    return new float[][] {values, hidden.getGradient().toFloatArray()};
  }
}
