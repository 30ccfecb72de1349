package resgen.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps of fixed shape that a CUDA device replays as one graph, where launching their kernels one
 * by one would take longer than running them. Elsewhere, and with the setting {@code off}, steps
 * run eagerly; the numbers are the same.
 *
 * <p>What is captured is what a step asks of the device; its Java code does not run in a replay. So
 * of a step must hold:
 *
 * <ul>
 *   <li>it reads nothing back and makes no array from Java values;
 *   <li>what differs from one run to the next is in arrays that were there before it, and is
 *       written into them, never replaced; a number that is passed to a kernel is the same in every
 *       run with the same key;
 *   <li>its results are written into arrays that were there before it; all others that it makes are
 *       closed at its end;
 *   <li>parameters have their gradients allocated before it.
 * </ul>
 *
 * <p>The first {@value #WARM_UPS} runs with a key are eager. All graphs of one object share a
 * memory pool, and run one after another; they are closed before the arrays that they read.
 */
public final class Graphs implements AutoCloseable {

  /**
   * The property, in capitals with underscores the environment variable, that holds the setting.
   */
  public static final String PROPERTY = "resgen.graphs";

  /** How often a step is run before it is captured. */
  public static final int WARM_UPS = 2;

  private static final int MOST = 64; // graphs of one object; the one unused for longest goes
  private static final Logger LOG = LoggerFactory.getLogger(Graphs.class);
  private static volatile GraphCapture standIn; // of tests

  private static final class Entry {
    private int runs;
    private GraphCapture.Graph graph;

    private void close() {
      if (graph != null) {
        graph.close();
      }
    }
  }

  private final Map<Object, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Object, FixedArrays> arrays = new HashMap<>();
  private GraphCapture capture; // null: eager

  private Graphs(GraphCapture capture) {
    this.capture = capture;
  }

  /** Steps that are never captured. */
  public static Graphs eager() {
    return new Graphs(null);
  }

  /** Steps of a device: captured where it can, unless the setting is {@code off}. */
  public static Graphs on(Device device) {
    if (setting().equals("off")) {
      return eager();
    }
    GraphCapture given = standIn;
    return new Graphs(given != null ? given : CudaGraphs.of(device).orElse(null));
  }

  /** Steps on the device of a manager. */
  public static Graphs on(NDManager manager) {
    return on(manager.getDevice());
  }

  /**
   * {@code auto} or {@code off}: what the system property {@value #PROPERTY} says, or else the
   * environment variable {@code RESGEN_GRAPHS}, or else {@code auto}.
   *
   * @throws IllegalArgumentException if it is another word
   */
  public static String setting() {
    return check(
        System.getProperty(PROPERTY, System.getenv().getOrDefault("RESGEN_GRAPHS", "auto")));
  }

  /** Refuses what is no setting. */
  public static String check(String setting) {
    if (!List.of("auto", "off").contains(setting)) {
      throw new IllegalArgumentException("graphs '" + setting + "' is not one of auto, off");
    }
    return setting;
  }

  /** For {@code doctor}: whether steps on the device in use are captured, and if not, why. */
  public static String describe() {
    Device device = Torch.device();
    if (setting().equals("off")) {
      return "off";
    }
    return device.isGpu()
        ? CudaGraphs.missing(device).map(why -> "eager: " + why).orElse("steps are captured")
        : "none on a CPU";
  }

  /** What captures from now on in place of CUDA; null for CUDA. For tests. */
  static void standIn(GraphCapture capture) {
    standIn = capture;
  }

  /** Whether steps are captured. */
  public boolean captures() {
    return capture != null;
  }

  /**
   * The arrays of a purpose: kept and refilled where steps are captured, else as they come.
   *
   * @param manager of the device that they are on
   */
  public synchronized FixedArrays arrays(Object key, NDManager manager) {
    return capture == null
        ? new FixedArrays(null)
        : arrays.computeIfAbsent(key, k -> new FixedArrays(Torch.manager(manager.getDevice())));
  }

  /**
   * Runs a step. Arrays that it makes are closed at its end.
   *
   * @param key equal for runs that ask the same of the device, shapes and numbers included
   */
  public synchronized void run(Object key, Runnable step) {
    if (capture == null || Phases.listening()) {
      scoped(step);
      return;
    }
    Entry entry = entries.computeIfAbsent(key, k -> new Entry());
    if (entry.graph == null && entry.runs++ < WARM_UPS) {
      capture.warmUp(() -> scoped(step));
      return;
    }
    if (entry.graph == null) {
      try {
        entry.graph = capture.capture(() -> scoped(step));
        dropEldest();
      } catch (RuntimeException e) {
        LOG.warn("{} is not captured and runs eagerly: {}", key, e.getMessage());
        capture = null;
        scoped(step);
        return;
      }
    }
    entry.graph.replay();
  }

  /**
   * Runs a function of one array, captured for each of its shapes.
   *
   * @param name of the function
   * @return its results, the caller's own
   */
  public synchronized NDList apply(Object name, NDArray x, Function<NDArray, NDList> function) {
    if (capture == null) {
      return function.apply(x);
    }
    List<Object> key = List.of(name, x.getShape());
    FixedArrays own = arrays(key, x.getManager());
    NDArray in = own.put("in", x);
    if (own.get("out.0").isEmpty()) { // the first run tells the shapes of the results
      own.put("out", function.apply(in));
    } else {
      run(
          key,
          () -> {
            NDList results = function.apply(in);
            own.put("out", results);
          });
    }
    NDList copies = new NDList();
    for (int i = 0; own.get("out." + i).isPresent(); i++) {
      NDArray copy = own.get("out." + i).get().duplicate();
      copy.attach(x.getManager());
      copies.add(copy);
    }
    return copies;
  }

  private static void scoped(Runnable step) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      step.run();
    }
  }

  private void dropEldest() {
    Iterator<Entry> eldest = entries.values().iterator();
    while (entries.size() > MOST) {
      eldest.next().close();
      eldest.remove();
    }
  }

  /** How many graphs there are. */
  public synchronized int size() {
    return (int) entries.values().stream().filter(entry -> entry.graph != null).count();
  }

  @Override
  public synchronized void close() {
    new ArrayList<>(entries.values()).forEach(Entry::close);
    entries.clear();
    arrays.values().forEach(FixedArrays::close);
    arrays.clear();
  }
}
