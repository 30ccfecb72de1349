package resgen.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import resgen.torch.Precision;
import resgen.torch.Torch;

class ParametersTest {

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Torch.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static void declare(Parameters p) {
    new Linear(p.scope("in"), 3, 8, Precision.FP32);
    new Transformer(p.scope("body"), Transformer.Settings.of(8, 2, 2), false, Precision.FP32);
    new ResidualConv(p.scope("conv"), 4, 2, Precision.FP32);
    new Mlp(p.scope("out"), 8, 4, 2, Init.zeros(), Precision.FP32);
  }

  @Test
  void namesAreThePathsOfTheScopesInTheOrderOfDeclaration() {
    Parameters p = Parameters.on(manager, 1);
    new Linear(p.scope("a"), 2, 3, Precision.FP32);
    new Linear(p.scope("b").scope("c"), 3, 1, Precision.FP32);
    assertEquals(
        List.of("a.weight", "a.bias", "b.c.weight", "b.c.bias"), List.copyOf(p.arrays().keySet()));
    assertEquals(2 * 3 + 3 + 3 + 1, p.count());
    assertEquals(Map.of("a", 9L, "b", 4L), p.countByPart());
    assertTrue(p.list().stream().allMatch(NDArray::hasGradient));
    p.freeze();
    assertTrue(p.list().stream().noneMatch(NDArray::hasGradient));
  }

  @Test
  void aRepeatingSetDrawsItsFirstNumbersAndRepeatsThem() {
    int drawn = 1 << 18;
    int size = 2 * drawn + 5;
    float[] once = Parameters.on(manager, 1).add("x", Init.normal(1), drawn).toFloatArray();
    float[] large = Parameters.repeating(manager, 1).add("x", Init.normal(1), size).toFloatArray();
    for (int i = 0; i < size; i++) {
      assertEquals(once[i % drawn], large[i]);
    }
    float[] small = Parameters.repeating(manager, 1).add("x", Init.normal(1), 10).toFloatArray();
    assertArrayEquals(Arrays.copyOf(once, 10), small);
  }

  @Test
  void aPlanHasTheSameNamesAndShapesAndNoArrays() {
    Parameters plan = Parameters.plan();
    Parameters real = Parameters.on(manager, 1);
    declare(plan);
    declare(real);
    assertEquals(real.shapes(), plan.shapes());
    assertEquals(List.copyOf(real.shapes().keySet()), List.copyOf(plan.shapes().keySet()));
    real.arrays().forEach((name, a) -> assertEquals(plan.shapes().get(name), a.getShape()));
    assertEquals(real.count(), plan.count());
    assertTrue(plan.arrays().isEmpty());
    assertNull(plan.add("more", Init.zeros(), 1_000_000, 1_000_000));
  }

  @Test
  void aConstantIsPartOfTheModelButNotTrained() {
    Parameters p = Parameters.on(manager, 1);
    p.add("a", Init.zeros(), 2);
    p.constant("b", Init.constant(3), 2);
    assertEquals(List.of("a", "b"), List.copyOf(p.arrays().keySet()));
    assertEquals(List.of("a"), List.copyOf(p.trained().keySet()));
    p.load(ones(p));
    assertFalse(p.arrays().get("b").hasGradient());
    assertArrayEquals(new float[] {1, 1}, p.arrays().get("b").toFloatArray());
  }

  @Test
  void startsDependOnTheSeedAndTheNameAlone() {
    Parameters one = Parameters.on(manager, 1);
    Parameters two = Parameters.on(manager, 1);
    Parameters other = Parameters.on(manager, 2);
    one.add("x", Init.normal(1), 4, 4);
    two.add("before", Init.normal(1), 7);
    two.add("x", Init.normal(1), 4, 4);
    two.add("y", Init.normal(1), 4, 4);
    other.add("x", Init.normal(1), 4, 4);
    float[] x = one.arrays().get("x").toFloatArray();
    assertArrayEquals(x, two.arrays().get("x").toFloatArray());
    assertFalse(Arrays.equals(x, two.arrays().get("y").toFloatArray()));
    assertFalse(Arrays.equals(x, other.arrays().get("x").toFloatArray()));
  }

  @Test
  void startsHaveTheirDeviations() {
    Parameters p = Parameters.on(manager, 1);
    assertEquals(.5, deviation(p.add("n", Init.normal(.5), 20_000)), .01);
    assertEquals(.1, deviation(p.add("f", Init.fanIn(100), 20_000)), .002);
    assertArrayEquals(new float[] {3, 3}, p.add("c", Init.constant(3), 2).toFloatArray());
    assertArrayEquals(new float[] {0, 0}, p.add("z", Init.zeros(), 2).toFloatArray());
  }

  private static double deviation(NDArray a) {
    double sum = 0;
    for (float v : a.toFloatArray()) {
      sum += (double) v * v;
    }
    return Math.sqrt(sum / a.size());
  }

  @Test
  void aNameDeclaredTwiceIsAnError() {
    Parameters p = Parameters.plan();
    p.scope("a").add("b", Init.zeros(), 1);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> p.add("a.b", Init.zeros(), 1));
    assertTrue(e.getMessage().contains("a.b"));
  }

  @Test
  void loadingOverwritesEveryArrayAndKeepsItALeaf() {
    Parameters p = Parameters.on(manager, 1);
    declare(p);
    Map<String, NDArray> values = ones(p);
    p.load(values);
    p.arrays()
        .forEach(
            (name, a) -> {
              assertEquals(a.size(), (long) a.sum().getFloat(), name);
              assertTrue(a.hasGradient(), name);
            });
  }

  @Test
  void loadingWhatDoesNotFitNamesItAndChangesNothing() {
    Parameters p = Parameters.on(manager, 1);
    declare(p);
    float[] before = p.arrays().get("in.weight").toFloatArray();
    Map<String, NDArray> missing = ones(p);
    missing.remove("body.norm");
    assertRefused(p, missing, "body.norm is missing");
    Map<String, NDArray> unknown = ones(p);
    unknown.put("body.block7.qkv", manager.zeros(new Shape(1)));
    assertRefused(p, unknown, "body.block7.qkv is not part");
    Map<String, NDArray> shaped = ones(p);
    shaped.put("out.out.bias", manager.ones(new Shape(3)));
    assertRefused(p, shaped, "out.out.bias is float32 (3); this model needs float32 (2)");
    Map<String, NDArray> typed = ones(p);
    typed.put("out.out.bias", manager.ones(new Shape(2), DataType.INT32));
    assertRefused(p, typed, "out.out.bias is int32");
    assertArrayEquals(before, p.arrays().get("in.weight").toFloatArray());
  }

  private Map<String, NDArray> ones(Parameters p) {
    Map<String, NDArray> values = new LinkedHashMap<>();
    p.shapes().forEach((name, shape) -> values.put(name, manager.ones(shape)));
    return values;
  }

  private static void assertRefused(Parameters p, Map<String, NDArray> values, String message) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> p.load(values));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
