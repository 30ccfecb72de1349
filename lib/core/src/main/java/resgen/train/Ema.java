package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.torch.Kernel;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * An exponential moving average of parameters. Its decay starts low and rises to the setting, as
 * min(decay, (1 + t)/(10 + t)), so that short runs are not averages of their start.
 */
public final class Ema implements AutoCloseable {

  private final double decay;
  private final Kernel kernel = Kernel.of("ema");
  private final NDManager manager;
  private final Map<String, NDArray> averages = new LinkedHashMap<>();
  private final TensorList from;
  private final TensorList to;

  /** An average that starts at the parameters' values now. */
  public Ema(Parameters parameters, double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("ema decay " + decay + " is not in [0, 1)");
    }
    this.decay = decay;
    manager = parameters.manager().newSubManager();
    parameters.arrays().forEach((name, array) -> averages.put(name, copy(array)));
    from = new TensorList(parameters.list());
    to = new TensorList(new ArrayList<>(averages.values()));
  }

  private NDArray copy(NDArray array) {
    NDArray copy = manager.zeros(array.getShape());
    Torch.copy(array, copy);
    return copy;
  }

  /** How far optimizer step {@code t}, counted from 1, moves the averages: 1 − the decay then. */
  public double rate(long t) {
    return 1 - Math.min(decay, (1.0 + t) / (10.0 + t));
  }

  /**
   * Moves the averages towards the parameters.
   *
   * @param rate {@link #rate} of the step, {@code []} float32
   */
  public void update(NDArray rate) {
    kernel.infer("update", to, from, rate).close();
  }

  /** {@link #update(NDArray)} after optimizer step {@code t}, counted from 1. */
  public void update(long t) {
    try (NDArray rate = Torch.floats(manager, new float[] {(float) rate(t)})) {
      update(rate);
    }
  }

  /** The averages by parameter name; changed in place by {@link #update}. */
  public Map<String, NDArray> averages() {
    return averages;
  }

  /** Runs {@code work} while the parameters hold the averages, then puts their values back. */
  public void during(Runnable work) {
    try (NDManager kept = manager.newSubManager();
        TensorList saved = new TensorList(save(kept))) {
      kernel.infer("assign", from, to).close();
      try {
        work.run();
      } finally {
        kernel.infer("assign", from, saved).close();
      }
    }
  }

  private java.util.List<NDArray> save(NDManager kept) {
    java.util.List<NDArray> copies = new ArrayList<>();
    averages.values().forEach(array -> copies.add(kept.zeros(array.getShape())));
    try (TensorList target = new TensorList(copies)) {
      kernel.infer("assign", target, from).close();
    }
    return copies;
  }

  @Override
  public void close() {
    from.close();
    to.close();
    manager.close();
  }
}
