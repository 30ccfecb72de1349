package resgen.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.torch.Torch;

/** The formulas against values by hand, and against the kernels. */
class ReferenceTest {

  private final NDManager manager = Torch.manager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray array(double[] values, long... shape) {
    return manager.create(values, new Shape(shape));
  }

  /** Three codebooks of three codes in the plane: {@code [3, 3, 2]}. */
  private NDArray books() {
    return array(
        new double[] {
          1, 0, 0, 1, -1, -1, .5, 0, 0, .5, -.25, -.25, .1, .1, -.1, .1, .1, -.1,
        },
        3,
        3,
        2);
  }

  @Test
  void aVectorIsQuantizedDepthByDepth() {
    NDArray h = array(new double[] {.8, .9}, 1, 2);

    NDArray codes = PlainRvq.encode(h, books());
    NDArray embedded = PlainRvq.embed(codes, books());

    assertArrayEquals(new long[] {1, 0, 2}, codes.toLongArray());
    assertArrayEquals(
        new double[] {.8, -.1, .3, -.1, .2, 0},
        PlainRvq.residuals(h, embedded).toDoubleArray(),
        1e-12);
    NDArray mask = array(new double[] {1, 0, 0}, 1, 3);
    assertArrayEquals(
        new double[] {.6, -.1}, PlainRvq.maskedSum(embedded, mask).toDoubleArray(), 1e-12);
    assertArrayEquals(
        new double[] {0, 1}, PlainRvq.visibleSum(embedded, mask).toDoubleArray(), 1e-12);
  }

  @Test
  void theConfidenceIsSummedOverTheDepths() {
    NDArray h = array(new double[] {.8, .9}, 1, 2);
    NDArray embedded = PlainRvq.embed(PlainRvq.encode(h, books()), books());

    NDArray confidence =
        PlainRvq.confidence(PlainRvq.residuals(h, embedded), array(new double[] {.4, .2, .1}, 3));

    assertArrayEquals(
        new double[] {-2.03125, -3.28125, -5.28125}, confidence.toDoubleArray(), 1e-9);
  }

  @Test
  void theProbabilisticUpdateMovesMeansToTheirVectors() {
    NDArray r = array(new double[] {.9, .1, .1, 1.2, -.8, -1.1, 1.1, -.2}, 4, 2);

    NDArray means = PlainRvq.probabilisticMeans(r, books().get(0));

    assertArrayEquals(new double[] {1, -.05, .1, 1.2, -.8, -1.1}, means.toDoubleArray(), 1e-6);
  }

  @Test
  void theBoundHasItsPrintedTerms() {
    NDArray z = array(new double[] {.5, -1}, 1, 2);
    NDArray logScale = array(new double[] {Math.log(.5)}, 1, 1);
    NDArray means = array(new double[] {1, -2, 0, 0}, 2, 2);
    NDArray logPi = array(new double[] {.3, -.2}, 1, 2).logSoftmax(1);

    NDArray zt = PlainMixture.standardize(z, array(new double[] {.1, .2}, 1, 2), logScale);
    NDArray distances = PlainMixture.distances(zt, means.expandDims(0));
    PlainMixture.Terms terms = PlainMixture.bound(distances, logPi, logScale, 2, 1);

    assertArrayEquals(new double[] {.8, -2.4}, zt.toDoubleArray(), 1e-12);
    assertEquals(.6852151956, terms.regression().toDoubleArray()[0], 1e-7);
    assertEquals(.3179341534, terms.divergence().toDoubleArray()[0], 1e-7);
    assertEquals(.9987025965, terms.exact().toDoubleArray()[0], 1e-7);
    assertArrayEquals(
        distances.toDoubleArray(), PlainMixture.sharedDistances(zt, means).toDoubleArray(), 1e-12);
  }

  @Test
  void theDeepestAreMaskedAndTheirNumberIsExact() {
    NDArray scores = // two positions of three depths
        array(new double[] {.9, .1, .8, .2, .7, .3, .6, .1, .2, .3, .4, .5}, 2, 2, 3);
    NDArray masked = Torch.longs(manager, new int[] {3, 6}, 2);

    NDArray visible = PlainMasks.visibleDepths(scores, masked);

    assertArrayEquals(new long[] {1, 2, 0, 0}, visible.toLongArray());
    assertArrayEquals(
        new float[] {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0},
        PlainMasks.mask(visible, 3).toFloatArray());
  }

  /** P(k_1 = k) of two positions of two depths with two tokens masked: 1, 4, 1 of 6. */
  @Test
  void maskedCountsAreHypergeometric() {
    int draws = 6000;
    NDArray scores = Torch.floats(manager, Noise.of(1).stream(0).uniforms(4 * draws), draws, 2, 2);
    int[] two = new int[draws];
    java.util.Arrays.fill(two, 2);

    long[] visible =
        PlainMasks.visibleDepths(scores, Torch.longs(manager, two, draws)).toLongArray();

    int[] counts = new int[3];
    for (int i = 0; i < draws; i++) {
      assertEquals(2, visible[2 * i] + visible[2 * i + 1]);
      counts[(int) visible[2 * i]]++;
    }
    assertEquals(1000, counts[0], 120); // 4 deviations
    assertEquals(4000, counts[1], 150);
  }

  @Test
  void geluIsTheTanhForm() {
    NDArray y = PlainBlock.gelu(array(new double[] {-1, 0, 2}, 3));

    assertArrayEquals(new double[] {-0.15880801, 0, 1.95459769}, y.toDoubleArray(), 1e-6);
  }

  @Test
  void attentionToEqualKeysIsTheMeanOfTheValues() {
    NDArray q = manager.create(new float[] {1, 2, 3, 4}, new Shape(1, 1, 2, 2));
    NDArray k = manager.ones(new Shape(1, 1, 2, 2));
    NDArray v = manager.create(new float[] {1, 3, 5, 7}, new Shape(1, 1, 2, 2));

    assertArrayEquals(
        new float[] {3, 5, 3, 5}, PlainBlock.attention(q, k, v).toFloatArray(), 1e-6f);
  }

  @Test
  void aStepOfAdamWGoesAgainstTheGradientByTheRate() {
    NDArray w = manager.create(new float[] {2, -3}, new Shape(1, 2));
    w.setRequiresGradient(true);
    Torch.withGradients(
        true,
        () -> {
          Torch.backward(w.mul(manager.create(new float[] {0.3f, -0.4f})).sum()); // norm ½
          return null;
        });
    PlainAdamW adam = new PlainAdamW(List.of(w), 0.01, 0.1);

    adam.step();

    // Decay by 1 − 0.001; then m̂/√v̂ is the sign.
    assertArrayEquals(
        new float[] {2 * 0.999f - 0.01f, -3 * 0.999f + 0.01f}, w.toFloatArray(), 1e-6f);
    assertArrayEquals(new float[] {0, 0}, w.getGradient().toFloatArray(), 1e-9f);
    assertEquals(
        0.999f * 2 + 0.001f * w.toFloatArray()[0], adam.averages().get(0).toFloatArray()[0], 1e-6f);
  }

  @Test
  void codesAreThoseOfTheKernel() {
    float[] values = Noise.of(2).stream(0).gaussians(4 * 32 * 8);
    Codebooks kernel = Codebooks.of(manager, values, new float[] {1, 1, 1, 1}, 4, 32, 8);
    NDArray z = Torch.floats(manager, Noise.of(3).stream(0).gaussians(50 * 8), 50, 8);

    assertArrayEquals(
        kernel.encode(z).codes().toType(DataType.INT64, false).toLongArray(),
        PlainRvq.encode(z, kernel.array()).toLongArray());
  }

  @Test
  void aMissingParameterIsNamed() {
    PlainNetwork network = new PlainNetwork(Map.of(), z(), z(), 1, 1, 1);

    String message =
        assertThrows(IllegalArgumentException.class, () -> network.hidden(z(), z(), z()))
            .getMessage();

    assertTrue(message.contains("input.scale"), message);
  }

  private NDArray z() {
    return manager.zeros(new Shape(1));
  }
}
