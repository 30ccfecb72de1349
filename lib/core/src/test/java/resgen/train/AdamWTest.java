package resgen.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.torch.Torch;

class AdamWTest {

  private static final AdamW.Settings SETTINGS = new AdamW.Settings(.01, .9, .95, 1e-8, .1, 1.5);
  private static final Map<String, Double> RATES = Map.of("b", .5, "b.fast", 4.0);

  private NDManager manager;
  private Parameters parameters;

  @BeforeEach
  void open() {
    Torch.threads(1);
    manager = Torch.manager();
    parameters = Parameters.on(manager, 1);
    parameters.add("a.matrix", Init.normal(1), 3, 2);
    parameters.add("a.vector", Init.normal(1), 4);
    parameters.add("b.matrix", Init.normal(1), 2, 2);
    parameters.add("b.fast", Init.normal(1), 3);
    parameters.constant("a.constant", Init.constant(2), 2, 2);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Makes Σ x·g the loss, so that g is the gradient. */
  private Map<String, float[]> gradients(long step) {
    Map<String, float[]> all = new LinkedHashMap<>();
    parameters
        .trained()
        .forEach(
            (name, x) ->
                all.put(name, Noise.of(3).stream(step, name.hashCode()).gaussians((int) x.size())));
    Torch.withGradients(
        true,
        () -> {
          NDArray loss = manager.create(0f);
          for (Map.Entry<String, float[]> g : all.entrySet()) {
            NDArray x = parameters.arrays().get(g.getKey());
            loss = loss.add(x.mul(manager.create(g.getValue(), x.getShape())).sum());
          }
          Torch.backward(loss);
          return null;
        });
    return all;
  }

  /** The usual update in double precision. */
  private static final class Reference {
    final double[] x;
    final double[] m;
    final double[] v;

    Reference(float[] start) {
      x = new double[start.length];
      m = new double[start.length];
      v = new double[start.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = start[i];
      }
    }

    void step(int t, float[] g, double clip, double rate, double decay) {
      AdamW.Settings s = SETTINGS;
      for (int i = 0; i < x.length; i++) {
        double gradient = g[i] * clip;
        x[i] -= rate * decay * x[i];
        m[i] = s.beta1() * m[i] + (1 - s.beta1()) * gradient;
        v[i] = s.beta2() * v[i] + (1 - s.beta2()) * gradient * gradient;
        double first = m[i] / (1 - Math.pow(s.beta1(), t));
        double second = v[i] / (1 - Math.pow(s.beta2(), t));
        x[i] -= rate * first / (Math.sqrt(second) + s.epsilon());
      }
    }
  }

  @Test
  void fiveStepsEqualTheUsualUpdate() {
    Map<String, Reference> references = new LinkedHashMap<>();
    parameters
        .trained()
        .forEach((name, x) -> references.put(name, new Reference(x.toFloatArray())));
    try (AdamW adam = new AdamW(parameters, SETTINGS, RATES)) {
      for (int t = 1; t <= 5; t++) {
        Map<String, float[]> g = gradients(t);
        double square = 0;
        for (float[] part : g.values()) {
          for (float value : part) {
            square += (double) value * value;
          }
        }
        double norm = adam.gradientNorm();
        assertEquals(Math.sqrt(square), norm, 1e-5);
        double clip = 1.5 / (Math.sqrt(square) + 1e-6);
        assertTrue(clip < 1, "the case does not clip");
        double factor = 1.0 / t;
        adam.step(norm, factor);
        for (String name : g.keySet()) {
          double rate = name.equals("b.fast") ? 4 : name.startsWith("b") ? .5 : 1;
          double decay = name.endsWith("matrix") ? .1 : 0;
          references.get(name).step(t, g.get(name), clip, .01 * factor * rate, decay);
        }
        assertEquals(0, adam.gradientNorm(), "gradients are cleared");
      }
      references.forEach(
          (name, r) -> {
            assertNear(r.x, parameters.arrays().get(name).toFloatArray(), 1e-6, name);
            assertNear(r.m, adam.state().get("m." + name).toFloatArray(), 1e-6, "m." + name);
            assertNear(r.v, adam.state().get("v." + name).toFloatArray(), 1e-6, "v." + name);
            assertEquals(5, adam.state().get("t." + name).getFloat());
          });
    }
    assertArrayEquals(
        new float[] {2, 2, 2, 2}, parameters.arrays().get("a.constant").toFloatArray());
  }

  @Test
  void smallGradientsAreNotClippedAndZeroMeansNoClip() {
    for (double clip : new double[] {1e6, 0}) {
      gradients(1);
      try (AdamW adam = new AdamW(parameters, SETTINGS.clip(clip))) {
        Map<String, float[]> g = gradients(1);
        adam.step(adam.gradientNorm(), 1);
        double[] first = new double[6];
        for (int i = 0; i < 6; i++) {
          first[i] = .1 * g.get("a.matrix")[i];
        }
        assertNear(first, adam.state().get("m.a.matrix").toFloatArray(), 1e-6, "m");
      }
    }
  }

  @Test
  void gradientsLeftFromBeforeAreCleared() {
    gradients(1);
    try (AdamW adam = new AdamW(parameters, SETTINGS)) {
      assertEquals(0, adam.gradientNorm());
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> AdamW.Settings.of(0));
    assertThrows(IllegalArgumentException.class, () -> AdamW.Settings.of(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new AdamW.Settings(1, 1, .9, 1e-8, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new AdamW.Settings(1, .9, -.1, 1e-8, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new AdamW.Settings(1, .9, .9, 0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new AdamW.Settings(1, .9, .9, 1e-8, -1, 1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> AdamW.Settings.of(1).clip(-1));
    assertEquals("clip -1.0 must be ≥ 0 (0: none)", e.getMessage());
  }
}
