package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * What a training step needs of numbers, without a word between the device and Java: the rates of
 * the steps to come, uploaded some hundreds at a time; sums of losses and norms, read when a row of
 * metrics is due; and the first step with a number that is not finite.
 */
final class Meter implements AutoCloseable {

  private static final int AHEAD = 512; // steps

  private final Kernel kernel = Kernel.of("meter");
  private final NDManager manager;
  private final NDArray at; // [1] int64, the step's place in the table
  private final NDArray base; // [1] int64, the first step of the table
  private final NDArray broken; // [1] int64, the first step that is broken, or −1
  private final Map<List<String>, NDArray> places = new HashMap<>(); // of names, in the sums
  private List<String> names = List.of();
  private NDArray sums; // [names] float64
  private NDArray before; // the sums before the step under way
  private NDArray own; // [names] float64, the numbers of the last step, or of the first broken one
  private NDArray table; // [AHEAD, columns] float32
  private long first;
  private int place = AHEAD;
  private long steps; // since the sums were read

  Meter(NDManager parent) {
    manager = parent.newSubManager();
    at = manager.zeros(new Shape(1), DataType.INT64);
    base = manager.zeros(new Shape(1), DataType.INT64);
    broken = Torch.longs(manager, new int[] {-1}, 1);
  }

  /** Numbers of a step that are known before it. */
  interface Row {
    float[] of(long step);
  }

  /** Makes the numbers of a step ready. */
  void prepare(long step, Row numbers) {
    if (place >= AHEAD || step != first + place) {
      upload(step, numbers);
    }
  }

  /** The numbers of the step under way, {@code [columns]} on the device. */
  NDArray row() {
    return kernel.call("row", table, at).head();
  }

  private void upload(long step, Row numbers) {
    int columns = numbers.of(step).length;
    float[] values = new float[AHEAD * columns];
    for (int i = 0; i < AHEAD; i++) {
      System.arraycopy(numbers.of(step + i), 0, values, i * columns, columns);
    }
    try (NDArray rows = Torch.floats(manager, values, AHEAD, columns);
        NDArray number = Torch.longs(manager, step);
        NDArray zero = Torch.longs(manager, 0L)) {
      if (table == null) {
        table = Torch.kept(manager.zeros(rows.getShape()));
      }
      Torch.copy(rows, table); // a captured step knows their addresses
      Torch.copy(number, base);
      Torch.copy(zero, at);
    }
    first = step;
    place = 0;
  }

  /** Adds numbers of a step, each a scalar; more of them may join in later steps. */
  void add(Map<String, NDArray> numbers, double share) {
    List<String> own = List.copyOf(numbers.keySet());
    NDArray columns = places.get(own);
    if (columns == null) {
      List<String> all = new ArrayList<>(names);
      own.stream().filter(name -> !names.contains(name)).forEach(all::add);
      grow(all);
      int[] at = own.stream().mapToInt(names::indexOf).toArray();
      columns = Torch.kept(Torch.longs(manager, at, at.length));
      places.put(own, columns);
    }
    kernel.call("add", sums, new ArrayList<>(numbers.values()), columns, share);
  }

  private void grow(List<String> all) {
    sums = wider(sums, all.size());
    before = wider(before, all.size());
    own = wider(own, all.size());
    names = all;
  }

  private NDArray wider(NDArray array, int size) {
    NDArray wider = Torch.kept(manager.zeros(new Shape(size), DataType.FLOAT64));
    if (array != null) {
      Torch.copy(array, wider.get(":" + names.size()));
      array.close();
    }
    return wider;
  }

  /** The device has done a step. */
  void advance() {
    kernel.call("check", broken, sums, before, own, at, base);
    kernel.call("advance", at);
  }

  /** The same for Java, which does not run in a step that is replayed. */
  void count() {
    place++;
    steps++;
  }

  /**
   * Waits for the device and looks whether all numbers so far were finite.
   *
   * @throws NonFiniteLossException naming the first step that was not
   */
  void check() {
    long bad = Torch.integer(broken);
    if (bad >= 0) {
      Map<String, Double> numbers = numbers(own, 1);
      Map.Entry<String, Double> which =
          numbers.entrySet().stream()
              .filter(entry -> !Double.isFinite(entry.getValue()))
              .findFirst()
              .orElseThrow();
      numbers.remove(which.getKey());
      throw new NonFiniteLossException(bad, which.getKey(), which.getValue(), numbers);
    }
  }

  /** The means since they were last read, by name; begins anew. */
  Map<String, Double> read() {
    check();
    Map<String, Double> means = numbers(sums, Math.max(1, steps));
    if (sums != null) {
      try (NDArray zeros = sums.zerosLike()) {
        Torch.copy(zeros, sums);
        Torch.copy(zeros, before);
      }
    }
    steps = 0;
    return means;
  }

  private Map<String, Double> numbers(NDArray array, long divisor) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    if (array != null) {
      double[] values = Torch.doubles(array);
      for (int i = 0; i < values.length; i++) {
        numbers.put(names.get(i), values[i] / divisor);
      }
    }
    return numbers;
  }

  @Override
  public void close() {
    manager.close();
  }
}
