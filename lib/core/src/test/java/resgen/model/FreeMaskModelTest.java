package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.Near;
import resgen.codec.Tokens;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.sample.MaskedSampler;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.torch.Torch;
import resgen.train.Training;

/** Models whose masks hide any tokens. */
class FreeMaskModelTest {

  private static NDManager manager;
  private static Tokens tokens;

  @BeforeAll
  static void make() {
    Torch.threads(1);
    manager = Torch.manager();
    tokens = MadeUp.tokens(manager, 3, 8, 4, 200);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  /** [N, D] of 0 and 1 that say the same as [N] counts. */
  private static NDArray bits(int[] visible) {
    int[] bits = new int[visible.length * 3];
    Arrays.setAll(bits, t -> t % 3 < visible[t / 3] ? 1 : 0);
    return Torch.longs(manager, bits, visible.length, 3);
  }

  @Test
  void aPrefixAsBitsIsThePrefixAsACount() {
    Codebooks books = tokens.codebooks();
    int[] visible = {0, 1, 2, 3, 2, 0, 1, 3};
    NDArray counts = Torch.longs(manager, visible, 8);
    NDArray codes = Torch.longs(manager, tokens.codes().rows(0, 1), 8, 3);
    NDArray z = Torch.floats(manager, Noise.of(3).stream(0).gaussians(32), 8, 4);
    Torch.scoped(
        () -> {
          Codebooks.Sums sums = books.sums(codes, counts);
          same(sums.visible(), books.sums(codes, bits(visible)).visible());
          same(sums.masked(), books.sums(codes, bits(visible)).masked());
          Codebooks.Encoded a = books.encode(z, counts);
          Codebooks.Encoded b = books.encode(z, bits(visible));
          assertArrayEquals(a.codes().toLongArray(), b.codes().toLongArray());
          same(a.errors(), b.errors());
          same(a.residual(), b.residual());
          same(books.posterior(z, counts), books.posterior(z, bits(visible)));
          NDArray flags = MadeUp.prefixes(manager, visible, 8, 3).reshape(8, 3);
          same(sums.visible(), books.sums(codes, flags).visible());
          assertArrayEquals(a.codes().toLongArray(), books.encode(z, flags).codes().toLongArray());
          return null;
        });
  }

  private static void same(NDArray expected, NDArray actual) {
    assertArrayEquals(expected.toFloatArray(), actual.toFloatArray());
  }

  @Test
  void theTargetIsTheSumOfTheMaskedEmbeddingsWhateverTheirDepths() {
    int[] codes = {3, 5, 1};
    int[] shown = {0, 1, 0};
    float[] books = tokens.codebooks().array().toFloatArray();
    double[] expected = new double[4];
    double[] residual = {0.7, -0.4, 0.2, 0.1};
    long[] nearest = new long[3];
    for (int k = 0; k < 4; k++) {
      expected[k] = books[3 * 4 + k] + books[(2 * 8 + 1) * 4 + k];
    }
    for (int j : new int[] {0, 2}) { // the visible depth is passed over
      nearest[j] = nearest(books, j, residual);
      for (int k = 0; k < 4; k++) {
        residual[k] -= books[(j * 8 + (int) nearest[j]) * 4 + k];
      }
    }
    Torch.scoped(
        () -> {
          NDArray seen = Torch.longs(manager, shown, 1, 3);
          NDArray target =
              tokens.codebooks().sums(Torch.longs(manager, codes, 1, 3), seen).masked();
          Near.assertNear(expected, target.toFloatArray(), 1e-6, "target");
          NDArray z = Torch.floats(manager, new float[] {0.7f, -0.4f, 0.2f, 0.1f}, 1, 4);
          Codebooks.Encoded encoded = tokens.codebooks().encode(z, seen);
          long[] drawn = encoded.codes().toLongArray();
          assertEquals(nearest[0], drawn[0]);
          assertEquals(nearest[2], drawn[2]);
          Near.assertNear(residual, encoded.residual().toFloatArray(), 1e-6, "residual");
          return null;
        });
  }

  private static int nearest(float[] books, int depth, double[] residual) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int v = 0; v < 8; v++) {
      double distance = 0;
      for (int k = 0; k < 4; k++) {
        distance += Math.pow(residual[k] - books[(depth * 8 + v) * 4 + k], 2);
      }
      best = distance < least ? v : best;
      least = Math.min(least, distance);
    }
    return best;
  }

  @Test
  void trainingWithMasksOfAnyTokensHasAFiniteLoss() {
    Training run = Training.steps(10).batch(8);
    for (Recipe recipe : List.of(free(), MadeUp.categorical(tokens.spec(), MaskLaw.uniform()))) {
      try (GeneratorTraining model =
          new GeneratorTraining(recipe, tokens, tokens.range(0, 20), 1)) {
        double loss = Torch.scoped(() -> (double) model.loss(run, 0, 0, 8).total().getFloat());
        assertTrue(Double.isFinite(loss), recipe + ": " + loss);
        assertTrue(Double.isFinite(model.validate(run).get("validation_nll")));
      }
    }
  }

  private static Recipe free() {
    return MadeUp.masked(
        tokens.spec(),
        MaskLaw.uniform(),
        HeadSpec.Mixture.anchored(8, 0),
        Objective.Bound.paper().sharpness(4));
  }

  @Test
  void samplesDoNotDependOnTheBatchAndRecordNothing() {
    MaskedModel model = MadeUp.masked(manager, free(), 3);
    for (Reveal reveal : Reveal.values()) {
      Sampling settings = Sampling.steps(5).reveal(reveal).guidance(0, 1).temperature(1);
      int[] whole = codes(model, settings.batchSize(6));
      assertArrayEquals(whole, codes(model, settings.batchSize(4)));
      assertFalse(Arrays.equals(whole, codes(model, settings.seed(1))));
    }
    assertTrue(
        new MaskedSampler(model, Sampling.steps(3), true)
            .sample(MadeUp.classes(0), 0)
            .trajectories()
            .isEmpty());
  }

  private static int[] codes(MaskedModel model, Sampling settings) {
    return MadeUp.all(
        new MaskedSampler(model, settings, false)
            .sample(MadeUp.classes(Labels.cycle(6, 3)), 0)
            .codes());
  }
}
