package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Precision;
import resgen.torch.Torch;

/** A head with chosen parameters, and hidden states and targets for it. */
final class HeadCase implements AutoCloseable {

  /** A mixture and the bound that it is trained by. */
  record Kind(HeadSpec.Mixture settings, Objective.Bound bound) {}

  final NDManager manager;
  final Parameters parameters;
  final MixtureHead head;
  final HeadSpec.Mixture settings;
  final Objective.Bound bound;
  final int positions;
  final int width;
  final int dimension;
  final int[] level;
  final Map<String, double[]> values = new LinkedHashMap<>();
  final double[] hidden;
  final double[] z;

  HeadCase(HeadSpec.Mixture settings, int positions, int width, int dimension, int depth) {
    this(settings, Objective.Bound.paper(), positions, width, dimension, depth);
  }

  HeadCase(
      HeadSpec.Mixture settings,
      Objective.Bound bound,
      int positions,
      int width,
      int dimension,
      int depth) {
    Torch.threads(1);
    this.settings = settings;
    this.bound = bound;
    this.positions = positions;
    this.width = width;
    this.dimension = dimension;
    manager = Torch.manager();
    parameters = Parameters.on(manager, 3);
    HeadSpec.Context context =
        new HeadSpec.Context(
            parameters,
            new TokenSpec(new Layout.Line(1), depth, 2, dimension),
            Transformer.Settings.of(width, 1, 1),
            Precision.FP32,
            null,
            null);
    head = new MixtureHead(parameters, settings, context);
    parameters.arrays().forEach((name, a) -> values.put(name, doubles(a.toFloatArray())));
    hidden = new double[positions * width];
    z = new double[positions * dimension];
    level = new int[positions];
    java.util.Arrays.setAll(level, i -> i % depth);
  }

  /** Everything normal: parameters by 0.4, hidden states and targets by 1. */
  static HeadCase random(HeadSpec.Mixture settings, int positions, int width, int dimension) {
    return random(settings, positions, width, dimension, 3);
  }

  /** The same with a bound of one's own. */
  static HeadCase random(Kind kind, int positions, int width, int dimension) {
    return random(kind.settings, kind.bound, positions, width, dimension, 3);
  }

  /** The same with levels 0 … depth − 1 in turn; the floors stay. */
  static HeadCase random(
      HeadSpec.Mixture settings, int positions, int width, int dimension, int depth) {
    return random(settings, Objective.Bound.paper(), positions, width, dimension, depth);
  }

  private static HeadCase random(
      HeadSpec.Mixture settings,
      Objective.Bound bound,
      int positions,
      int width,
      int dimension,
      int depth) {
    HeadCase c = new HeadCase(settings, bound, positions, width, dimension, depth);
    Noise noise = Noise.of(11);
    c.values.forEach(
        (name, v) -> fill(noise.stream(name.hashCode()), name.equals("floor") ? 0 : 0.4, v));
    java.util.Arrays.fill(c.values.get("floor"), -4);
    fill(noise.stream(1), 1, c.hidden);
    fill(noise.stream(2), 1, c.z);
    return c;
  }

  static void fill(Noise.Stream noise, double deviation, double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * noise.nextGaussian());
    }
  }

  static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  /** Writes {@link #values} into the head. */
  void load() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    values.forEach(
        (name, v) ->
            arrays.put(
                name, Torch.floats(manager, floats(v), parameters.shapes().get(name).getShape())));
    parameters.load(arrays);
  }

  NDArray hiddenArray() {
    return Torch.floats(manager, floats(hidden), positions, width);
  }

  NDArray targets() {
    return Torch.floats(manager, floats(z), positions, dimension);
  }

  NDArray levels() {
    return Torch.longs(manager, level, positions);
  }

  MixtureHead.Terms terms() {
    load();
    return head.terms(hiddenArray(), targets(), levels(), bound);
  }

  @Override
  public void close() {
    manager.close();
  }
}
