package resgen.nn;

import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import resgen.noise.Noise;
import resgen.torch.Torch;

/** Compares two functions of the same arrays, in values and in gradients. */
final class Gradients {

  private Gradients() {}

  /** A normal array that receives gradients. */
  static NDArray normal(NDManager manager, long key, double deviation, long... shape) {
    NDArray array =
        Torch.floats(
            manager,
            scaled(Noise.of(17).stream(key), deviation, new ai.djl.ndarray.types.Shape(shape)),
            shape);
    Torch.requireGradient(array);
    return array;
  }

  private static float[] scaled(
      Noise.Stream noise, double deviation, ai.djl.ndarray.types.Shape shape) {
    float[] values = noise.gaussians((int) shape.size());
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) deviation;
    }
    return values;
  }

  /** Gives every parameter normal values, so that zero starts hide nothing. */
  static void spread(Parameters parameters, double deviation) {
    Map<String, NDArray> values = new java.util.LinkedHashMap<>();
    parameters
        .shapes()
        .forEach(
            (name, shape) ->
                values.put(
                    name,
                    normal(parameters.manager(), name.hashCode(), deviation, shape.getShape())));
    parameters.load(values);
  }

  /** Output, then the gradients of a weighted sum of it, all as plain numbers. */
  static List<float[]> of(Function<NDList, NDArray> function, NDList leaves) {
    leaves.forEach(
        leaf -> {
          if (leaf.hasGradient()) {
            Torch.withGradients(false, () -> leaf.getGradient().muli(0));
          }
        });
    List<float[]> all = new ArrayList<>();
    Torch.backward(
        Torch.withGradients(
            true,
            () -> {
              NDArray y = function.apply(leaves);
              all.add(y.toFloatArray());
              float[] weights = Noise.of(23).stream(1).gaussians((int) y.size());
              return y.mul(Torch.floats(y.getManager(), weights, y.getShape().getShape())).sum();
            }));
    leaves.forEach(leaf -> all.add(leaf.getGradient().toFloatArray()));
    return all;
  }

  static void assertSame(
      Function<NDList, NDArray> plain,
      Function<NDList, NDArray> kernel,
      NDList leaves,
      double tolerance) {
    List<float[]> expected = of(plain, leaves);
    List<float[]> actual = of(kernel, leaves);
    assertNear(expected.get(0), actual.get(0), tolerance, "output");
    for (int i = 1; i < expected.size(); i++) {
      assertNear(expected.get(i), actual.get(i), tolerance, "gradient of array " + (i - 1));
    }
  }
}
