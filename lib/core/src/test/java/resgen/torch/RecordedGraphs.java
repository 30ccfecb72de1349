package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Graphs on a CPU, to test what must hold of captured work. A replay runs the work of the first run
 * with the key, so that what it knows of that run is what every replay knows. And it must be the
 * same to the device: the same kernels with the same numbers in the same order; arrays that were
 * there before are the same ones and still open; nothing goes between Java's memory and the device.
 */
public final class RecordedGraphs implements GraphCapture, AutoCloseable {

  /** A kernel's call; arrays that outlive the work stand as themselves, others by their shape. */
  private record Call(String kernel, String method, List<Object> arguments) {}

  private int warmUps;
  private int captures;
  private int replays;
  private int closed;
  private RuntimeException refusal;

  private RecordedGraphs() {}

  /** From now on all graphs are these, until it is closed. */
  public static RecordedGraphs install() {
    RecordedGraphs graphs = new RecordedGraphs();
    Graphs.standIn(graphs);
    return graphs;
  }

  /** Runs work while graphs are recorded. */
  public static <T> T during(Supplier<T> work) {
    try (RecordedGraphs graphs = install()) {
      return work.get();
    }
  }

  /** Captures fail from now on. */
  public void refuse(RuntimeException e) {
    refusal = e;
  }

  /** Runs before captures. */
  public int warmUps() {
    return warmUps;
  }

  /** How many graphs were captured. */
  public int captures() {
    return captures;
  }

  /** How often one was run. */
  public int replays() {
    return replays;
  }

  /** How many were closed. */
  public int closed() {
    return closed;
  }

  @Override
  public void warmUp(Runnable work) {
    warmUps++;
    work.run();
  }

  @Override
  public Graph capture(Runnable work) {
    if (refusal != null) {
      throw refusal;
    }
    captures++;
    return new Recorded(work);
  }

  @Override
  public void close() {
    Graphs.standIn(null);
    Kernel.listen(null);
  }

  private final class Recorded implements Graph {
    private final Runnable work;
    private List<Call> calls; // of the first replay
    private boolean open = true;

    private Recorded(Runnable work) {
      this.work = work;
    }

    @Override
    public void replay() {
      if (!open) {
        throw new AssertionError("a graph is replayed after it was closed");
      }
      replays++;
      List<Object[]> seen = new ArrayList<>();
      List<String[]> names = new ArrayList<>();
      long before = Torch.transfers();
      Kernel.listen(
          (kernel, method, arguments) -> {
            names.add(new String[] {kernel, method});
            seen.add(Arrays.stream(arguments).map(Recorded::arrays).toArray());
          });
      try {
        work.run();
      } finally {
        Kernel.listen(null);
      }
      if (Torch.transfers() != before) {
        throw new AssertionError("captured work moved numbers between Java and the device");
      }
      List<Call> now = new ArrayList<>();
      for (int i = 0; i < seen.size(); i++) {
        now.add(
            new Call(
                names.get(i)[0],
                names.get(i)[1],
                Arrays.stream(seen.get(i)).map(Recorded::stable).toList()));
      }
      if (calls == null) {
        calls = now;
      }
      if (calls.size() != now.size()) {
        throw new AssertionError(
            "a replay of %d kernels, captured were %d".formatted(now.size(), calls.size()));
      }
      for (int i = 0; i < now.size(); i++) {
        if (!calls.get(i).equals(now.get(i))) {
          throw new AssertionError(
              "kernel %d of captured work was %s and is %s".formatted(i, calls.get(i), now.get(i)));
        }
      }
    }

    /** A list's arrays; a list that is handed on as it is stands for itself. */
    private static Object arrays(Object argument) {
      return argument instanceof List<?> list && !(argument instanceof NDArray)
          ? new ArrayList<>(list)
          : argument;
    }

    private static Object stable(Object argument) {
      if (argument instanceof List<?> list) {
        return list.stream().map(Recorded::stable).toList();
      }
      if (argument instanceof PtNDArray array) {
        return array.isReleased() ? "made inside" : System.identityHashCode(array);
      }
      return argument instanceof TensorList ? System.identityHashCode(argument) : argument;
    }

    @Override
    public void close() {
      open = false;
      closed++;
    }
  }
}
