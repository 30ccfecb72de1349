package resgen.model;

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
 * memory.
 */
final class TokenBatches {

  private static final int EPOCHS_AHEAD = 2; // of the order, at least, beside the batch itself

  private final NDManager manager;
  private final Tokens tokens;
  private final NDArray codes; // [N, L·D] int32
  private final NDArray lengths; // [N] int64
  private final NDList conditions; // [N, …] each
  private final boolean ragged;
  private final NDArray step; // [1] int64, the next step's number
  private long ready = -1; // the same number as Java knows it
  private Batches batches;
  private NDArray order; // [M] int64, samples of the places base … base + M − 1
  private final NDArray base; // [1] int64
  private long first;
  private long last = -1; // places that are there, first … last − 1

  /** Uploads tokens and their conditions. */
  TokenBatches(NDManager manager, Tokens tokens, Conditioner conditioner) {
    this.manager = manager;
    this.tokens = tokens;
    Codes all = tokens.codes();
    int[] rows = IntStream.range(0, all.size()).toArray();
    codes = Torch.ints(manager, all.rows(rows), all.size(), (long) all.positions() * all.depth());
    lengths = Torch.longs(manager, tokens.lengths(), all.size());
    conditions = conditioner.upload(manager, tokens.condition());
    ragged = tokens.ragged();
    step = Torch.longs(manager, new int[] {0}, 1);
    base = Torch.longs(manager, new int[] {0}, 1);
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
    int steps = 1 + Math.toIntExact(EPOCHS_AHEAD * (long) tokens.size() / training.batch());
    int[] places = new int[Math.multiplyExact(steps, training.batch())];
    for (int s = 0; s < steps; s++) {
      System.arraycopy(
          batches.indices(number + s), 0, places, s * training.batch(), training.batch());
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
}
