package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.settings.Range;
import resgen.torch.Kernel;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * AdamW with decoupled weight decay, parameter groups and clipping by the global norm, as fused
 * kernels. The reference is the usual update; see the test.
 */
public final class AdamW implements AutoCloseable {

  /**
   * Settings.
   *
   * @param learningRate the peak rate
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon added to the root of the second moment
   * @param weightDecay decoupled decay, on matrices only (arrays of two axes or more)
   * @param clip the largest global gradient norm; 0 for no clipping
   */
  public record Settings(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double clip) {
    public Settings {
      Range.require(
          learningRate > 0 && Double.isFinite(learningRate), "learningRate", learningRate, "> 0");
      Range.require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)");
      Range.require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)");
      Range.require(epsilon > 0, "epsilon", epsilon, "> 0");
      Range.require(weightDecay >= 0, "weightDecay", weightDecay, "≥ 0");
      Range.require(clip >= 0, "clip", clip, "≥ 0 (0: none)");
    }

    /** Betas 0.9 and 0.98, no decay, clipping at 1. */
    public static Settings of(double learningRate) {
      return new Settings(learningRate, 0.9, 0.98, 1e-8, 0, 1);
    }

    /** These settings with another clip; 0 for none. */
    public Settings clip(double norm) {
      return new Settings(learningRate, beta1, beta2, epsilon, weightDecay, norm);
    }
  }

  private record Group(
      TensorList parameters,
      TensorList first,
      TensorList second,
      TensorList steps,
      boolean decays,
      double rate)
      implements AutoCloseable {
    @Override
    public void close() {
      parameters.close();
      first.close();
      second.close();
      steps.close();
    }
  }

  private final Settings settings;
  private final Kernel kernel = Kernel.of("adamw");
  private final NDManager manager;
  private final TensorList all;
  private final List<Group> groups = new ArrayList<>();
  private final Map<String, NDArray> state = new LinkedHashMap<>();

  /** An optimizer of every parameter at the same rate. */
  public AdamW(Parameters parameters, Settings settings) {
    this(parameters, settings, Map.of());
  }

  /**
   * An optimizer whose parameters may have rates of their own.
   *
   * <p>Gradients left from before, as by a run that stopped on an error, are cleared.
   *
   * @param rates multiples of the learning rate by name prefix, the longest that fits counting;
   *     parameters without one have 1
   */
  public AdamW(Parameters parameters, Settings settings, Map<String, Double> rates) {
    this.settings = settings;
    manager = parameters.manager().newSubManager();
    Map<String, NDArray> trained = parameters.trained();
    all = new TensorList(new ArrayList<>(trained.values()));
    Map<List<Object>, Map<String, NDArray>> split = new LinkedHashMap<>();
    trained.forEach(
        (name, array) ->
            split
                .computeIfAbsent(
                    List.of(array.getShape().dimension() > 1, rate(rates, name)),
                    key -> new LinkedHashMap<>())
                .put(name, array));
    split.forEach(
        (key, arrays) -> groups.add(group(arrays, (Boolean) key.get(0), (Double) key.get(1))));
    makeGradients();
  }

  /** Gives every parameter a gradient, and sets it to zero. */
  private void makeGradients() {
    try (NDArray zero = Torch.withGradients(true, () -> kernel.apply(all))) {
      Torch.backward(zero);
    }
    kernel.infer("clear", all).close();
  }

  private static double rate(Map<String, Double> rates, String name) {
    return rates.entrySet().stream()
        .filter(entry -> name.startsWith(entry.getKey()))
        .max(Comparator.comparingInt(entry -> entry.getKey().length()))
        .map(Map.Entry::getValue)
        .orElse(1.0);
  }

  private Group group(Map<String, NDArray> arrays, boolean decays, double rate) {
    List<NDArray> first = new ArrayList<>();
    List<NDArray> second = new ArrayList<>();
    List<NDArray> steps = new ArrayList<>();
    arrays.forEach(
        (name, array) -> {
          first.add(keep("m." + name, array.getShape()));
          second.add(keep("v." + name, array.getShape()));
          steps.add(keep("t." + name, new Shape()));
        });
    return new Group(
        new TensorList(new ArrayList<>(arrays.values())),
        new TensorList(first),
        new TensorList(second),
        new TensorList(steps),
        decays,
        rate);
  }

  private NDArray keep(String name, Shape shape) {
    NDArray array = manager.zeros(shape);
    state.put(name, array);
    return array;
  }

  /** The global norm of the gradients now, on the device: {@code []}. */
  public NDArray norm() {
    return kernel.infer("norm", all).head();
  }

  /** The global norm of the gradients now; waits for the device. */
  public double gradientNorm() {
    try (NDArray norm = norm()) {
      return Torch.number(norm);
    }
  }

  /**
   * Updates the parameters and clears the gradients; if their norm is not finite, only clears them.
   *
   * @param norm the gradients' global norm, from {@link #norm()}
   * @param rate multiple of the learning rate at this step, {@code []} float32
   */
  public void step(NDArray norm, NDArray rate) {
    for (Group group : groups) {
      kernel
          .infer(
              "step",
              group.parameters,
              group.first,
              group.second,
              group.steps,
              norm,
              settings.clip(),
              rate,
              settings.learningRate() * group.rate,
              settings.beta1(),
              settings.beta2(),
              settings.epsilon(),
              group.decays ? settings.weightDecay() : 0.0)
          .close();
    }
  }

  /** {@link #step(NDArray, NDArray)} with numbers of Java's. */
  public void step(double norm, double rate) {
    try (NDArray n = Torch.floats(manager, new float[] {(float) norm});
        NDArray r = Torch.floats(manager, new float[] {(float) rate})) {
      step(n, r);
    }
  }

  /** The moments and step counts by name, as they are checkpointed; changed in place. */
  public Map<String, NDArray> state() {
    return state;
  }

  @Override
  public void close() {
    all.close();
    groups.forEach(Group::close);
    manager.close();
  }
}
