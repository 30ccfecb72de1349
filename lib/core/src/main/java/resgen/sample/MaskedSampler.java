package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import resgen.data.Labels;
import resgen.data.Noise;
import resgen.mask.UnmaskPlan;
import resgen.mixture.MixtureHead;
import resgen.model.ResGenNetwork;
import resgen.model.TokenShape;
import resgen.rvq.Codebooks;
import resgen.rvq.Codes;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Torch;

/**
 * Sampling by iterative unmasking (paper, Algorithm 2).
 *
 * <p>Everything starts masked. In each step z is drawn at every position with a masked token,
 * quantized through that position's masked depths, and some of these codes are revealed, coarse
 * before fine; what is visible is never revised. All noise of sample i at step t is a function of
 * (seed, i, t).
 */
public final class MaskedSampler {

  /**
   * What sampling gave.
   *
   * @param codes of the samples that were finished
   * @param calls network calls per sample
   * @param trajectories how each was unmasked; empty unless asked for
   * @param interrupted whether the thread was interrupted before all samples were finished
   */
  public record Result(
      Codes codes, int calls, List<Trajectory> trajectories, boolean interrupted) {}

  private final ResGenNetwork network;
  private final Sampling settings;
  private final boolean recorded;
  private final TokenShape shape;
  private final UnmaskPlan plan;
  private final Noise noise;
  private final double temperature;
  private final double[] sigma;

  /**
   * A sampler.
   *
   * @param recorded whether to keep trajectories
   */
  public MaskedSampler(ResGenNetwork network, Sampling settings, boolean recorded) {
    this.network = network;
    this.settings = settings;
    this.recorded = recorded;
    shape = network.settings().tokens();
    plan = settings.plan(shape.tokens());
    noise = Noise.of(settings.seed());
    temperature = settings.order().temperature(shape.dimension());
    float[] deviations = network.codebooks().sigma();
    sigma = new double[deviations.length];
    for (int j = 0; j < sigma.length; j++) {
      sigma[j] = deviations[j];
    }
  }

  /**
   * Samples.
   *
   * @param labels a class, or the null class, for each
   * @param first the index of the first sample, from which its noise follows
   * @throws IllegalArgumentException naming a class that there is not
   */
  public Result sample(Labels labels, long first) {
    return sample(labels, first, finished -> {});
  }

  /**
   * Samples.
   *
   * @param first the index of the first sample, from which its noise follows
   * @param progress told after each batch how many samples are finished
   * @throws IllegalArgumentException naming a class that there is not
   */
  public Result sample(Labels labels, long first, IntConsumer progress) {
    shape.checkLabels(labels.toArray());
    int each = shape.tokens();
    int[] all = new int[labels.size() * each];
    List<Trajectory> trajectories = new ArrayList<>();
    int done = 0;
    while (done < labels.size() && !Thread.currentThread().isInterrupted()) {
      int end = Math.min(labels.size(), done + settings.batchSize());
      Batch batch = new Batch(labels.range(done, end).toArray(), first + done);
      if (!batch.run()) {
        break;
      }
      System.arraycopy(batch.codes, 0, all, done * each, batch.codes.length);
      batch.recorders.forEach(recorder -> trajectories.add(recorder.done()));
      done = end;
      progress.accept(done);
    }
    boolean interrupted = done < labels.size() && Thread.interrupted();
    Codes codes = Codes.of(Arrays.copyOf(all, done * each), shape.positions(), shape.depth());
    return new Result(codes, plan.calls(), trajectories, interrupted);
  }

  /** Samples that go through the network together. */
  private final class Batch {
    final int[] labels;
    final long first;
    final int size;
    final int[] codes; // [B, L, D]
    final int[] visible; // [B, L]
    final List<Trajectory.Recorder> recorders = new ArrayList<>();

    Batch(int[] labels, long first) {
      this.labels = labels;
      this.first = first;
      size = labels.length;
      codes = new int[size * shape.tokens()];
      visible = new int[size * shape.positions()];
      for (int i = 0; recorded && i < size; i++) {
        recorders.add(Trajectory.record(shape.positions(), shape.depth()));
      }
    }

    boolean run() {
      for (int t = 1; t <= plan.steps(); t++) {
        if (Thread.currentThread().isInterrupted()) {
          return false;
        }
        if (plan.isCall(t)) {
          int step = t;
          Torch.scoped(
              () -> {
                step(step);
                return null;
              });
        }
      }
      return true;
    }

    private void step(int t) {
      Phases.enter("embedding");
      int[] rows = maskedRows();
      Noise.Stream[] streams = new Noise.Stream[size];
      for (int i = 0; i < size; i++) {
        streams[i] = noise.stream(first + i, t);
      }
      NDManager manager = network.manager();
      NDArray hidden = hidden(manager, settings.guidance().at(t, plan.steps())); // [B, L, W]
      Phases.enter("noise");
      NDArray at = Torch.longs(manager, rows, rows.length);
      NDArray picked = Kernel.of("rows").apply(hidden, at); // [N, W]
      NDArray z = draw(manager, picked, rows, streams); // [N, H]
      Phases.enter("requantize");
      int[] seen = new int[rows.length];
      for (int n = 0; n < rows.length; n++) {
        seen[n] = visible[rows[n]];
      }
      NDArray seenArray = Torch.longs(manager, seen, rows.length);
      Codebooks.Encoded encoded = network.codebooks().encode(z, seenArray);
      long[] proposals = encoded.codes().toLongArray(); // [N, D]
      Phases.enter("reveal");
      float[] terms = terms(z, seenArray, encoded, rows);
      reveal(t, rows, proposals, terms, streams);
      Phases.leave();
    }

    private int[] maskedRows() {
      int[] rows = new int[visible.length];
      int n = 0;
      for (int i = 0; i < visible.length; i++) {
        if (visible[i] < shape.depth()) {
          rows[n++] = i;
        }
      }
      return Arrays.copyOf(rows, n);
    }

    private NDArray hidden(NDManager manager, double weight) {
      int l = shape.positions();
      NDArray codeArray = Torch.longs(manager, codes, visible.length, shape.depth());
      NDArray seen = Torch.longs(manager, visible, visible.length);
      NDArray sums =
          network.codebooks().sums(codeArray, seen).visible().reshape(size, l, shape.dimension());
      NDArray counts = seen.reshape(size, l);
      if (weight == 0) {
        return network.hidden(sums, counts, Torch.longs(manager, labels, size), false);
      }
      int[] both = Arrays.copyOf(labels, 2 * size);
      Arrays.fill(both, size, 2 * size, shape.nullClass());
      NDArray hidden =
          network.hidden(
              NDArrays.concat(new NDList(sums, sums)),
              NDArrays.concat(new NDList(counts, counts)),
              Torch.longs(manager, both, 2L * size),
              false); // [2B, L, W]
      NDArray conditional = hidden.get(":" + size);
      NDArray unconditional = hidden.get(size + ":");
      return conditional.add(conditional.sub(unconditional).mul((float) weight));
    }

    private NDArray draw(NDManager manager, NDArray picked, int[] rows, Noise.Stream[] streams) {
      int h = shape.dimension();
      float[] uniform = new float[rows.length];
      float[] normal = new float[rows.length * h];
      int[] level = new int[rows.length];
      for (int n = 0; n < rows.length; n++) {
        Noise.Stream stream = streams[rows[n] / shape.positions()];
        // Rounding to float could give 1, which is not below the whole.
        uniform[n] = Math.min((float) stream.nextDouble(), Math.nextDown(1f));
        for (int k = 0; k < h; k++) {
          normal[n * h + k] = (float) stream.nextGaussian();
        }
        level[n] = shape.depth() - visible[rows[n]] - 1;
      }
      Phases.enter("draw");
      MixtureHead.Draw draw =
          network
              .head()
              .draw(
                  picked,
                  Torch.longs(manager, level, rows.length),
                  Torch.floats(manager, uniform, rows.length),
                  Torch.floats(manager, normal, rows.length, h),
                  settings.draw().topP(),
                  settings.draw().noiseScale());
      return draw.z();
    }

    /**
     * The confidence's terms at all slots of the batch, {@code [B, L, D]}; null at random order.
     */
    private float[] terms(NDArray z, NDArray seen, Codebooks.Encoded encoded, int[] rows) {
      Reveal reveal = settings.order().reveal();
      if (!reveal.usesConfidence()) {
        return null;
      }
      float[] picked =
          reveal == Reveal.POSTERIOR
              ? network.codebooks().posterior(z, seen).toFloatArray()
              : reveal.terms(encoded.errors().toFloatArray(), sigma, shape.dimension(), null);
      int d = shape.depth();
      float[] all = new float[codes.length];
      for (int n = 0; n < rows.length; n++) {
        System.arraycopy(picked, n * d, all, rows[n] * d, d);
      }
      return all;
    }

    private void reveal(
        int t, int[] rows, long[] proposals, float[] terms, Noise.Stream[] streams) {
      int l = shape.positions();
      int d = shape.depth();
      int[] place = new int[visible.length];
      for (int n = 0; n < rows.length; n++) {
        place[rows[n]] = n;
      }
      for (int i = 0; i < size; i++) {
        int[] before = Arrays.copyOfRange(visible, i * l, (i + 1) * l);
        float[] own = terms == null ? null : Arrays.copyOfRange(terms, i * l * d, (i + 1) * l * d);
        int[] after =
            settings
                .order()
                .reveal()
                .next(before, d, own, plan.maskedAfter(t), temperature, streams[i]);
        for (int p = 0; p < l; p++) {
          int row = i * l + p;
          for (int j = before[p]; j < after[p]; j++) {
            codes[row * d + j] = (int) proposals[place[row] * d + j];
          }
          visible[row] = after[p];
        }
        if (recorded) {
          recorders.get(i).add(t, after, own);
        }
      }
    }
  }
}
