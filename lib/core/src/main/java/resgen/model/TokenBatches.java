package resgen.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.token.Batches;
import resgen.token.Codes;
import resgen.torch.Kernel;
import resgen.torch.Torch;
import resgen.train.Training;

/**
 * A set of tokens on the device, and the batches of its training: which samples are in which step
 * is {@link Batches}' order, uploaded an epoch at a time, so that a step reads nothing from Java's
 * memory. Of tokens that would take more than half of a GPU's free memory, those of the steps to
 * come are uploaded instead, {@value #WINDOW} bytes at a time.
 */
final class TokenBatches implements AutoCloseable {

  private static final int EPOCHS_AHEAD = 2; // of the order, at least, beside the batch itself

  private static final int WINDOW = 1 << 26; // bytes of codes

  private final NDManager manager;
  private final Tokens tokens;
  private final Conditioner conditioner;
  private final boolean whole; // on the device; else a window of M samples, in the steps' order
  private NDArray codes; // [N or M, L·D] int32
  private NDArray lengths; // [N or M] int64
  private NDList conditions; // [N or M, …] each
  private final boolean ragged;
  private final NDArray step; // [1] int64, the next step's number
  private long ready = -1; // the same number as Java knows it
  private Batches batches;
  private NDArray order; // [M] int64, samples of the places base … base + M − 1
  private final NDArray base; // [1] int64
  private long first;
  private long last = -1; // places that are there, first … last − 1

  /** Uploads tokens and their conditions, if they fit. */
  TokenBatches(NDManager manager, Tokens tokens, Conditioner conditioner) {
    this(manager, tokens, conditioner, most(manager.getDevice()));
  }

  private static long most(Device device) {
    return device.isGpu() ? Torch.unusedMemory(device) / 2 : Long.MAX_VALUE;
  }

  /**
   * Uploads tokens and their conditions.
   *
   * @param most bytes of codes; if they are more, a window of them is there at a time
   */
  TokenBatches(NDManager manager, Tokens tokens, Conditioner conditioner, long most) {
    this.manager = manager;
    this.tokens = tokens;
    this.conditioner = conditioner;
    whole = tokens.size() * bytes() <= most;
    if (whole) {
      hold(IntStream.range(0, tokens.size()).toArray());
    }
    ragged = tokens.ragged();
    step = Torch.longs(manager, new int[] {0}, 1);
    base = Torch.longs(manager, new int[] {0}, 1);
  }

  /** Of a sample's codes. */
  private long bytes() {
    return 4L * tokens.codes().positions() * tokens.codes().depth();
  }

  /** Puts samples on the device, into the arrays of those before if there are as many. */
  private void hold(int[] samples) {
    Codes all = tokens.codes();
    int[] ends = tokens.lengths();
    int[] own = IntStream.of(samples).map(i -> ends[i]).toArray();
    NDList now = new NDList();
    now.add(Torch.ints(manager, all.rows(samples), samples.length, bytes() / 4));
    now.add(Torch.longs(manager, own, samples.length));
    now.addAll(conditioner.upload(manager, tokens.condition().select(samples)));
    if (codes != null && codes.getShape().get(0) == samples.length) {
      Torch.copy(now.get(0), codes); // a captured step knows their addresses
      Torch.copy(now.get(1), lengths);
      for (int i = 0; i < conditions.size(); i++) {
        Torch.copy(now.get(2 + i), conditions.get(i));
      }
      now.close();
      return;
    }
    now.forEach(Torch::kept);
    codes = now.get(0);
    lengths = now.get(1);
    conditions = new NDList(now.subList(2, now.size()));
  }

  /**
   * Samples on the device.
   *
   * @param codes {@code [B, L, D]} int64
   * @param lengths {@code [B]} int64
   * @param ends the same if some samples are shorter than L; else null
   * @param condition as {@link Conditioner#upload} makes it
   */
  record Batch(NDArray codes, NDArray lengths, NDArray ends, NDList condition) {}

  /** The number of the next step, on the device: {@code [1]} int64. */
  NDArray step() {
    return step;
  }

  /**
   * Makes a step's batch ready: uploads the order of samples if it does not reach so far.
   *
   * @param follows whether the device has been told to {@link #advance} from the step before
   */
  void prepare(Training training, long number, boolean follows) {
    if (!follows || number != ready + 1) { // at the start, and where a run resumes
      Torch.copy(Torch.longs(manager, number), step);
    }
    ready = number;
    upload(training, number);
  }

  /** The step whose batch is ready; −1 before the first. */
  long ready() {
    return ready;
  }

  /** The samples {@code from … from + count} of the batch of the step under way. */
  Batch of(Training training, int from, int count) {
    return select(rows(training).get(from + ":" + (from + count)));
  }

  /** Lengths of all samples of the step under way, {@code [batch]} int64. */
  NDArray lengths(Training training) {
    return Kernel.of("batches").call("select", List.of(lengths), rows(training)).head();
  }

  private NDArray rows(Training training) { // [batch]
    return Kernel.of("batches").call("rows", order, step, base, training.batch()).head();
  }

  /** Goes to the next step, on the device. */
  void advance() {
    Kernel.of("batches").call("advance", step).close();
  }

  private void upload(Training training, long number) {
    if (batches == null) {
      batches = Batches.of(tokens.size(), training.batch(), training.seed());
    }
    long from = Math.multiplyExact(number, (long) training.batch());
    if (from >= first && from + training.batch() <= last) {
      return;
    }
    long samples = EPOCHS_AHEAD * (long) tokens.size();
    if (!whole) {
      samples = Math.min(samples, WINDOW / bytes());
    }
    int steps = 1 + Math.toIntExact(samples / training.batch());
    int[] places = new int[Math.multiplyExact(steps, training.batch())];
    for (int s = 0; s < steps; s++) {
      System.arraycopy(
          batches.indices(number + s), 0, places, s * training.batch(), training.batch());
    }
    if (!whole) {
      hold(places);
      Arrays.setAll(places, i -> i);
    }
    try (NDArray uploaded = Torch.longs(manager, places, places.length);
        NDArray place = Torch.longs(manager, from)) {
      if (order != null && order.size() != places.length) { // another batch size
        order.close();
        order = null;
      }
      if (order == null) {
        order = Torch.kept(manager.zeros(uploaded.getShape(), uploaded.getDataType()));
      }
      Torch.copy(uploaded, order); // a captured step knows their addresses
      Torch.copy(place, base);
    }
    first = from;
    last = from + places.length;
  }

  /** Samples {@code from … from + count} in their own order, for validation. */
  Batch range(int from, int count) {
    if (!whole) {
      throw new IllegalStateException("only a window of these tokens is on the device");
    }
    int[] rows = new int[count];
    Arrays.setAll(rows, i -> from + i);
    return select(Torch.longs(manager, rows, count));
  }

  private Batch select(NDArray rows) {
    Kernel kernel = Kernel.of("batches");
    NDArray chosen =
        kernel.call("codes", codes, rows, tokens.layout().positions()).head(); // [B, L, D]
    List<NDArray> others = new java.util.ArrayList<>(conditions);
    others.add(lengths);
    NDList selected = kernel.call("select", others, rows);
    NDArray own = selected.remove(selected.size() - 1);
    return new Batch(chosen, own, ragged ? own : null, selected);
  }

  /** How many samples. */
  int size() {
    return tokens.size();
  }

  @Override
  public void close() {
    if (codes != null) {
      codes.close();
      lengths.close();
      conditions.close();
    }
    if (order != null) {
      order.close();
    }
    step.close();
    base.close();
  }
}
