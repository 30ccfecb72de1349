package resgen.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import resgen.Managers;
import resgen.token.Layout;
import resgen.torch.Deferred;
import resgen.torch.Precision;
import resgen.torch.Torch;

class RecomputeTest {

  private static final int W = 16;
  private static final Transformer.Settings SETTINGS = Transformer.Settings.of(W, 3, 2);

  private NDManager manager;

  @BeforeEach
  void open() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterEach
  void close() {
    Deferred.discard();
    manager.close();
  }

  /** A stack with a layer before it that makes input and modulation from the same leaf. */
  private final class Model {
    final Parameters parameters = Parameters.on(manager, 1);
    final Linear in = new Linear(parameters.scope("in"), 5, W, Precision.FP32);
    final Linear condition = new Linear(parameters.scope("condition"), 5, 8 * W, Precision.FP32);
    final Transformer body;
    final Rotary rotary;

    Model(Transformer.Settings settings) {
      body = new Transformer(parameters.scope("body"), settings, false, Precision.FP32);
      Gradients.spread(parameters, .3);
      rotary = body.rotary(manager, new Layout.Grid(2, 3));
    }

    NDArray apply(NDArray source) {
      NDArray modulation = condition.apply(source).reshape(2, 6, 8, W);
      return body.apply(in.apply(source), modulation, rotary, null, true);
    }

    NDList leaves() {
      NDList leaves = new NDList(Gradients.normal(manager, 1, 1, 2, 6, 5));
      leaves.addAll(parameters.list());
      return leaves;
    }
  }

  @Test
  void outputAndGradientsAreThoseOfThePlainPass() {
    Model plain = new Model(SETTINGS);
    Model again = new Model(new Transformer.Settings(W, 3, 2, 4, 0, 0, true));
    List<float[]> expected = Gradients.of(l -> plain.apply(l.get(0)), plain.leaves());
    List<float[]> actual = Gradients.of(l -> again.apply(l.get(0)), again.leaves());
    for (int i = 0; i < expected.size(); i++) {
      assertNear(expected.get(i), actual.get(i), 1e-6, "array " + i);
    }
  }

  @Test
  void anInputWithoutGradientIsFine() {
    Model plain = new Model(SETTINGS);
    Model again = new Model(new Transformer.Settings(W, 3, 2, 4, 0, 0, true));
    NDArray x = manager.ones(new Shape(2, 6, W));
    NDArray m = manager.ones(new Shape(2, 1, 8, W));
    List<float[]> expected =
        Gradients.of(
            l -> plain.body.apply(x, m, plain.rotary, null, true),
            new NDList(plain.parameters.arrays().get("body.block1.qkv")));
    List<float[]> actual =
        Gradients.of(
            l -> again.body.apply(x, m, again.rotary, null, true),
            new NDList(again.parameters.arrays().get("body.block1.qkv")));
    assertNear(expected.get(1), actual.get(1), 1e-6, "gradient");
  }

  @Test
  void dropoutIsTheSameWhenComputedAgain() {
    Model model = new Model(new Transformer.Settings(W, 3, 2, 4, 0, .3, true));
    NDArray source = manager.ones(new Shape(2, 6, 5));
    NDArray weight = model.parameters.arrays().get("body.block0.down");
    NDArray direction = Gradients.normal(manager, 77, 1, weight.getShape().getShape());
    Torch.backward(Torch.withGradients(true, () -> seeded(model, source)));
    double slope = weight.getGradient().mul(direction).sum().getFloat();
    double[] losses = new double[2];
    for (int i = 0; i < 2; i++) {
      float way = i == 0 ? .01f : -.02f;
      Torch.withGradients(false, () -> weight.addi(direction.mul(way)));
      losses[i] = Torch.withGradients(true, () -> seeded(model, source)).getFloat();
      Deferred.discard();
    }
    assertTrue(Math.abs(slope) > .1, "slope " + slope);
    assertEquals(slope, (losses[0] - losses[1]) / .02, .02 * Math.abs(slope));
  }

  private static NDArray seeded(Model model, NDArray source) {
    Torch.seed(4);
    return model.apply(source).square().mean();
  }

  @Test
  void nothingIsLeftAfterTheBackwardPassOrWhenTheLossIsGivenUp() {
    Model model = new Model(new Transformer.Settings(W, 3, 2, 4, 0, 0, true));
    NDArray source = manager.ones(new Shape(2, 6, 5));
    long before = Managers.count();
    for (int i = 0; i < 6; i++) {
      NDArray loss;
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        loss = Torch.withGradients(true, () -> seeded(model, source));
        NDScope.unregister(loss);
      }
      if (i % 2 == 0) {
        Torch.backward(loss);
      } else {
        assertTrue(Managers.count() > before + 4, "inputs are kept");
        Deferred.discard();
      }
      loss.close();
      assertEquals(before, Managers.count());
    }
  }

  @Test
  void anInputThatReachesTheLossByAnotherWayIsRefused() {
    Model model = new Model(new Transformer.Settings(W, 3, 2, 4, 0, 0, true));
    NDArray source = Gradients.normal(manager, 1, 1, 2, 6, 5);
    NDArray loss =
        Torch.withGradients(
            true,
            () -> {
              NDArray x = model.in.apply(source).square();
              NDArray m = manager.zeros(new Shape(2, 1, 8, W));
              return model.body.apply(x, m, model.rotary, null, true).sum().add(x.square().sum());
            });
    assertThrows(ai.djl.engine.EngineException.class, () -> Torch.backward(loss));
  }

  @Test
  @Tag("slow")
  @EnabledOnOs(OS.LINUX)
  void peakMemoryIsLower() throws IOException {
    long start = peak();
    long recomputed = peakOfAStep(true) - start; // the smaller first: the peak never falls
    long plain = peakOfAStep(false) - start;
    assertTrue(recomputed < plain / 2, recomputed + " kB against " + plain + " kB");
  }

  private long peakOfAStep(boolean recompute) throws IOException {
    try (Parameters parameters = Parameters.on(manager, 1)) {
      Transformer.Settings s = new Transformer.Settings(128, 12, 4, 4, 0, 0, recompute);
      Transformer body = new Transformer(parameters, s, false, Precision.FP32);
      Rotary rotary = body.rotary(manager, new Layout.Grid(8, 8));
      NDArray x = Gradients.normal(manager, 1, 1, 32, 64, 128);
      NDArray m = manager.zeros(new Shape(32, 1, 8, 128));
      NDArray loss;
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        loss =
            Torch.withGradients(true, () -> body.apply(x, m, rotary, null, true).square().mean());
        NDScope.unregister(loss);
      }
      Torch.backward(loss);
      loss.close();
      return peak();
    }
  }

  /** The process's largest resident memory so far, in kB. */
  private static long peak() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
