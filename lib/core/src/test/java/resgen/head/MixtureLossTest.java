package resgen.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.torch.Torch;

class MixtureLossTest {

  /** z = (.5, −1), a = .5, b = (.1, .2), μ = ((1, −2), (0, 0)), logits (.3, −.2). */
  private static HeadCase golden(HeadSpec.Mixture settings) {
    HeadCase c = new HeadCase(settings, 1, 4, 2, 1);
    Arrays.fill(c.values.get("weight"), 0);
    double[] bias = {.3, -.2, 1, -2, 0, 0, .1, .2, Math.log(.5)};
    System.arraycopy(bias, 0, c.values.get("bias"), 0, bias.length);
    c.z[0] = .5;
    c.z[1] = -1;
    return c;
  }

  @Test
  void goldenValuesOfTheMethod() {
    try (HeadCase c = golden(HeadSpec.Mixture.full(2))) {
      MixtureHead.Terms terms = c.terms();
      assertEquals(.6852151956, terms.regression().getFloat(), 2e-6);
      assertEquals(.3179341534, terms.divergence().getFloat(), 1e-6);
      assertEquals(.9987025965, terms.exact().getFloat(), 2e-6);
    }
  }

  @Test
  void theReferenceOfTheseTestsGivesTheGoldenValuesToo() {
    try (HeadCase c = golden(HeadSpec.Mixture.full(2))) {
      MixtureReference r = reference(c, 0);
      double[] q = r.responsibilities(0);
      assertArrayEquals(new double[] {.95689275, .04310725}, q, 1e-8);
      assertEquals(.6852151956, r.regression(q), 1e-9);
      assertEquals(.3179341534, r.divergence(q), 1e-9);
      assertEquals(.9987025965, r.exact(), 1e-9);
    }
  }

  @Test
  void logScaleIsClampedFromBelow() {
    try (HeadCase c = golden(HeadSpec.Mixture.full(2))) {
      c.values.get("bias")[8] = -4;
      float atFloor = c.terms().exact().getFloat();
      c.values.get("bias")[8] = -9;
      assertEquals(atFloor, c.terms().exact().getFloat());
      c.values.get("bias")[8] = -3.9;
      assertTrue(c.terms().exact().getFloat() < atFloor);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "full",
        "full smooth",
        "full levels",
        "low",
        "low prior",
        "low levels",
        "anchored",
        "anchored static"
      })
  void termsEqualTheFormulas(String kind) {
    try (HeadCase c = HeadCase.random(kind(kind), 40, 8, 5)) {
      MixtureHead.Terms terms = c.terms();
      double[] regression = new double[c.positions];
      double[] divergence = new double[c.positions];
      double[] exact = new double[c.positions];
      for (int i = 0; i < c.positions; i++) {
        MixtureReference r = reference(c, i);
        double[] q = r.responsibilities(c.bound.smoothing());
        regression[i] = r.regression(q);
        divergence[i] = r.divergence(q);
        exact[i] = r.exact();
      }
      assertNear(regression, terms.regression().toFloatArray(), 1e-5, "regression");
      assertNear(divergence, terms.divergence().toFloatArray(), 1e-5, "divergence");
      assertNear(exact, terms.exact().toFloatArray(), 1e-5, "exact");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"full", "full smooth", "low", "low smooth", "anchored", "anchored static"})
  void theBoundIsNeverBelowTheExactNegativeLogLikelihood(String kind) {
    try (HeadCase c = HeadCase.random(kind(kind), 300, 8, 5)) {
      MixtureHead.Terms terms = c.terms();
      float[] bound = terms.regression().add(terms.divergence()).toFloatArray();
      float[] exact = terms.exact().toFloatArray();
      int above = 0;
      for (int i = 0; i < bound.length; i++) {
        assertTrue(bound[i] >= exact[i] - 1e-5 * (1 + Math.abs(exact[i])), "position " + i);
        above += bound[i] > exact[i] + 1e-3 ? 1 : 0;
      }
      assertTrue(above > 100, "the bound is strict at only " + above + " positions");
    }
  }

  @Test
  void theBoundIsTightWhenTheWeightsAreUniform() {
    try (HeadCase c = HeadCase.random(HeadSpec.Mixture.full(4), 20, 4, 5)) {
      Arrays.fill(c.values.get("bias"), 0, 4, 0);
      Arrays.fill(c.values.get("weight"), 0, 4 * c.width, 0);
      assertTight(c.terms());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "full",
        "full smooth",
        "full levels",
        "low",
        "low prior",
        "low levels",
        "anchored",
        "anchored static"
      })
  void gradientsEqualFiniteDifferencesWithTheResponsibilitiesHeld(String kind) {
    try (HeadCase c = HeadCase.random(kind(kind), 4, 4, 3)) {
      c.load();
      NDArray hidden = c.hiddenArray();
      Torch.requireGradient(hidden);
      Torch.backward(
          Torch.withGradients(
              true,
              () -> {
                MixtureHead.Terms terms = c.head.terms(hidden, c.targets(), c.levels(), c.bound);
                return terms.regression().sum().add(terms.divergence().mul(3f).sum());
              }));
      double[][] q = new double[c.positions][];
      for (int i = 0; i < q.length; i++) {
        q[i] = reference(c, i).responsibilities(c.bound.smoothing());
      }
      assertNear(differences(c.hidden, () -> loss(c, q)), gradient(hidden), 1e-4, "hidden");
      c.parameters
          .arrays()
          .forEach(
              (name, array) -> {
                if (array.hasGradient()) {
                  assertNear(
                      differences(c.values.get(name), () -> loss(c, q)),
                      gradient(array),
                      1e-4,
                      name);
                }
              });
    }
  }

  @Test
  void withItsOwnWeightsTheBoundAndItsGradientAreThoseOfTheExactLikelihood() {
    try (HeadCase c = HeadCase.random(kind("low exact"), 6, 4, 3)) {
      assertTight(c.terms());
      float[] slopes = gradients(c, false);
      assertNear(differences(c.hidden, () -> exact(c)), slopes, 1e-4, "hidden");
    }
  }

  @Test
  void theExactValueCarriesNoGradient() {
    try (HeadCase c = HeadCase.random(kind("low"), 4, 4, 3)) {
      NDArray hidden = c.hiddenArray();
      Torch.requireGradient(hidden);
      Torch.backward(
          Torch.withGradients(
              true,
              () -> {
                NDArray exact = c.head.terms(hidden, c.targets(), c.levels(), c.bound).exact();
                return exact.sum().add(hidden.sum());
              }));
      float[] ones = new float[c.positions * c.width];
      Arrays.fill(ones, 1);
      assertArrayEquals(ones, gradient(hidden));
    }
  }

  @Test
  void meanGradientScalesWhatTheMeansSendIntoTheBackboneAndNothingElse() {
    float[][] hidden = new float[3][];
    float[][] bias = new float[3][];
    double[] shares = {0, .25, 1};
    for (int i = 0; i < 3; i++) {
      Objective.Bound b = Objective.Bound.paper().weights(1, 1, shares[i]);
      HeadCase.Kind kind = new HeadCase.Kind(HeadSpec.Mixture.lowRank(4, 2), b);
      try (HeadCase c = HeadCase.random(kind, 6, 4, 3)) {
        hidden[i] = gradients(c, false);
        bias[i] = gradient(c.head.bias());
      }
    }
    try (HeadCase c = HeadCase.random(HeadSpec.Mixture.lowRank(4, 2), 6, 4, 3)) {
      assertNear(gradients(c, true), hidden[0], 1e-5, "hidden from the divergence alone");
    }
    float[] between = new float[hidden[0].length];
    for (int i = 0; i < between.length; i++) {
      between[i] = hidden[0][i] + .25f * (hidden[2][i] - hidden[0][i]);
    }
    assertNear(between, hidden[1], 1e-5, "hidden");
    assertNear(bias[2], bias[0], 1e-5, "bias");
    assertNear(bias[2], bias[1], 1e-5, "bias");
  }

  @Test
  void aVeryPeakedMixtureGivesNumbers() {
    try (HeadCase c = HeadCase.random(HeadSpec.Mixture.full(3), 2, 4, 64, 1)) {
      double[] bias = c.values.get("bias");
      c.values.get("unit")[0] = 0;
      Arrays.fill(bias, 3, 3 + 64, 0);
      Arrays.fill(bias, 3 + 64, 3 + 128, 100);
      Arrays.fill(bias, 3 + 128, 3 + 192, -400);
      Arrays.fill(c.values.get("weight"), 0);
      Arrays.fill(bias, 0, 3, 0);
      bias[0] = -300;
      bias[bias.length - 1] = -4;
      MixtureHead.Terms terms = c.terms();
      for (NDArray part : new NDArray[] {terms.regression(), terms.divergence(), terms.exact()}) {
        for (float value : part.toFloatArray()) {
          assertTrue(Float.isFinite(value), part.toString());
        }
      }
      MixtureReference r = reference(c, 0);
      assertEquals(0, r.responsibilities(0)[2], "the case is not peaked");
      assertEquals(r.exact(), terms.exact().getFloat(0), 1e-4 * Math.abs(r.exact()));
      assertEquals(r.divergence(r.responsibilities(0)), terms.divergence().getFloat(0), 1e-2);
    }
  }

  @Test
  void weightsOfTheLossAreHeldToTheirRanges() {
    Objective.Bound s = Objective.Bound.paper();
    assertThrows(IllegalArgumentException.class, () -> HeadSpec.Mixture.full(0));
    assertThrows(IllegalArgumentException.class, () -> HeadSpec.Mixture.lowRank(2, -1));
    assertThrows(IllegalArgumentException.class, () -> HeadSpec.Mixture.lowRank(2, 0));
    assertThrows(IllegalArgumentException.class, () -> s.sharpness(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new HeadSpec.Mixture(2, HeadSpec.Means.FULL, 1, -4, false));
    assertThrows(
        IllegalArgumentException.class,
        () -> new HeadSpec.Mixture(2, HeadSpec.Means.ANCHORED, 0, -4, false));
    assertThrows(
        IllegalArgumentException.class, () -> HeadSpec.Mixture.full(2).minLogScale(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> s.smoothing(1));
    assertThrows(IllegalArgumentException.class, () -> s.prior(-0.1));
    assertThrows(IllegalArgumentException.class, () -> s.weights(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> s.weights(1, 0, 1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> s.weights(1, 1, 1.5));
    assertEquals("mean gradient 1.5 must be in [0, 1]", e.getMessage());
  }

  private static float[] gradients(HeadCase c, boolean divergenceOnly) {
    c.load();
    NDArray hidden = c.hiddenArray();
    Torch.requireGradient(hidden);
    Torch.backward(
        Torch.withGradients(
            true,
            () -> {
              MixtureHead.Terms terms = c.head.terms(hidden, c.targets(), c.levels(), c.bound);
              NDArray divergence = terms.divergence().sum();
              return divergenceOnly ? divergence : divergence.add(terms.regression().sum());
            }));
    return gradient(hidden);
  }

  private static float[] gradient(NDArray array) {
    return array.getGradient().toFloatArray();
  }

  private static double[] differences(double[] at, DoubleSupplier value) {
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double kept = at[i];
      at[i] = kept + 1e-5;
      double up = value.getAsDouble();
      at[i] = kept - 1e-5;
      slopes[i] = (up - value.getAsDouble()) / 2e-5;
      at[i] = kept;
    }
    return slopes;
  }

  private static void assertTight(MixtureHead.Terms terms) {
    assertNear(
        terms.exact().toFloatArray(),
        terms.regression().add(terms.divergence()).toFloatArray(),
        1e-5,
        "bound");
  }

  private static double exact(HeadCase c) {
    return IntStream.range(0, c.positions).mapToDouble(i -> reference(c, i).exact()).sum();
  }

  private static double loss(HeadCase c, double[][] q) {
    double sum = 0;
    for (int i = 0; i < c.positions; i++) {
      MixtureReference r = reference(c, i);
      sum += r.regression(q[i]) + 3 * r.divergence(q[i]);
    }
    return sum;
  }

  static MixtureReference reference(HeadCase c, int i) {
    return new MixtureReference(
        c.settings,
        c.bound,
        c.values,
        c.level[i],
        Arrays.copyOfRange(c.hidden, i * c.width, (i + 1) * c.width),
        Arrays.copyOfRange(c.z, i * c.dimension, (i + 1) * c.dimension));
  }

  static HeadCase.Kind kind(String kind) {
    Objective.Bound paper = Objective.Bound.paper();
    HeadSpec.Mixture full = HeadSpec.Mixture.full(4);
    HeadSpec.Mixture low = HeadSpec.Mixture.lowRank(4, 2);
    return switch (kind) {
      case "full" -> new HeadCase.Kind(full, paper);
      case "full smooth" -> new HeadCase.Kind(full, paper.smoothing(.1));
      case "full levels" -> new HeadCase.Kind(full.levelBias(true), paper);
      case "low levels" -> new HeadCase.Kind(low.levelBias(true), paper);
      case "low" -> new HeadCase.Kind(low, paper);
      case "low prior" -> new HeadCase.Kind(low, paper.smoothing(.1).prior(.7));
      case "low smooth" -> new HeadCase.Kind(low, paper.smoothing(.1));
      case "low exact" -> new HeadCase.Kind(low, paper.prior(1));
      case "anchored" -> new HeadCase.Kind(HeadSpec.Mixture.anchored(4, 2), paper.sharpness(3));
      case "anchored static" ->
          new HeadCase.Kind(HeadSpec.Mixture.anchored(4, 0), paper.sharpness(.5));
      default -> throw new IllegalArgumentException(kind);
    };
  }
}
