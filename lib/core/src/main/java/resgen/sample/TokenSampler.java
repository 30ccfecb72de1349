package resgen.sample;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import resgen.model.CausalModel;
import resgen.model.MaskedModel;
import resgen.model.Model;
import resgen.model.StagedModel;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Breaks;
import resgen.torch.Graphs;
import resgen.torch.Torch;

/**
 * Draws the tokens of samples from one model by one way of sampling. Where steps are captured (see
 * {@link Graphs}), graphs are kept from one call to the next until it is closed; elsewhere nothing
 * is.
 */
public abstract sealed class TokenSampler implements AutoCloseable
    permits MaskedSampler, CausalSampler, StagedSampler {

  /**
   * What sampling gave.
   *
   * @param codes of the samples that were finished
   * @param calls network calls per sample, one after another; of the longest sample
   * @param trajectories how each was made; empty unless asked for
   * @param interrupted whether the thread was interrupted before all samples were finished
   */
  public record Result(
      Codes codes, int calls, List<Trajectory> trajectories, boolean interrupted) {}

  /** Told what is finished, batch by batch, on the thread that samples. */
  @FunctionalInterface
  public interface Listener {

    /**
     * A batch is finished.
     *
     * @param done how many samples there are with it
     * @param codes of this batch's samples
     */
    void finished(int done, Codes codes);
  }

  /**
   * The sampler of a model.
   *
   * @param recorded whether to keep trajectories; causal and staged models keep none
   * @throws IllegalArgumentException if the settings do not fit the model
   */
  public static TokenSampler of(Model model, Sampling settings, boolean recorded) {
    if (model instanceof MaskedModel masked) {
      return new MaskedSampler(masked, settings, recorded);
    }
    return model instanceof StagedModel staged
        ? new StagedSampler(staged, settings)
        : new CausalSampler((CausalModel) model, settings);
  }

  final Sampling settings;

  TokenSampler(Sampling settings) {
    this.settings = settings;
  }

  /**
   * Samples.
   *
   * @param condition what each is generated for
   * @param first the index of the first sample, from which its noise follows
   * @param listener told after each batch with its codes
   * @throws IllegalArgumentException if the model does not know such conditions
   * @throws IllegalStateException naming the first step, or position, whose numbers are not finite
   */
  public final Result sample(Condition condition, long first, Listener listener) {
    TokenSpec tokens = model().spec().tokens();
    return sample(condition, (from, to) -> Given.nothing(to - from, tokens), first, listener);
  }

  /**
   * {@link #sample(Condition, long, Listener)} of samples of which something is given.
   *
   * @param given lengths and first tokens of each
   */
  public final Result sample(Condition condition, Given given, long first, Listener listener) {
    check(condition, given);
    return sample(condition, given::range, first, listener);
  }

  private Result sample(
      Condition condition,
      BiFunction<Integer, Integer, Given> given,
      long first,
      Listener listener) {
    List<Codes> parts = new ArrayList<>();
    List<Trajectory> trajectories = new ArrayList<>();
    int size = condition.size();
    int done = 0;
    int calls = 0;
    Device device = model().manager().getDevice();
    BatchSizes sizes = BatchSizes.of(settings.batchSize(), device);
    AutoCloseable kept = begin();
    try (kept) {
      while (done < size && !Thread.currentThread().isInterrupted()) {
        int end = done + sizes.next(size - done);
        Condition own = condition.range(done, end);
        Given there = given.apply(done, end);
        Codes[] made = new Codes[1];
        long at = first + done;
        try {
          if (!Breaks.in(() -> made[0] = batch(own, there, at, trajectories))) {
            break;
          }
        } catch (EngineException e) {
          sizes.failed(end - done, e);
          close(); // with the arrays of the larger batch
          begin();
          continue;
        }
        if (sizes.wantsMemory(size - end)) {
          sizes.made(end - done, size - end, Torch.unusedMemory(device));
        }
        parts.add(made[0]);
        calls = Math.max(calls, calls(there));
        done = end;
        listener.finished(done, made[0]);
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    boolean interrupted = done < size && Thread.interrupted();
    return new Result(codes(parts), calls, trajectories, interrupted);
  }

  private void check(Condition condition, Given given) {
    TokenSpec tokens = model().spec().tokens();
    if (given.size() != condition.size()
        || given.codes().positions() != tokens.positions()
        || given.codes().depth() != tokens.depth()) {
      throw new IllegalArgumentException(
          "what is given of %s does not fit %d samples of %s"
              .formatted(given.codes(), condition.size(), tokens));
    }
    given.codes().requireBelow(tokens.codes());
  }

  /** {@link #sample(Condition, long, Listener)} that tells nobody. */
  public final Result sample(Condition condition, long first) {
    return sample(condition, first, (done, codes) -> {});
  }

  /** The numbers of a batch's samples, {@code [B]} int64. */
  final NDArray samples(long first, int size) {
    return Torch.longs(model().manager(), LongStream.range(first, first + size).toArray());
  }

  /** Conditions of a batch, and then none of them as often, for guidance. */
  final NDList withNone(NDList own) {
    NDList none = model().conditioner().none(own);
    NDList both = new NDList();
    for (int i = 0; i < own.size(); i++) {
      both.add(NDArrays.concat(new NDList(own.get(i), none.get(i))));
    }
    return both;
  }

  private Codes codes(List<Codes> parts) {
    return parts.isEmpty()
        ? Codes.of(new int[0], model().spec().tokens().positions(), model().spec().tokens().depth())
        : Codes.concat(parts);
  }

  /** Network calls of samples that are drawn together. */
  int calls(Given given) {
    return cost().networkCalls();
  }

  /** What a sample costs. */
  public abstract CostModel cost();

  abstract Model model();

  /**
   * Captured steps, unless trajectories are recorded or the model learns: its weights in other
   * number formats are copies.
   */
  final Graphs graphs(boolean recorded) {
    boolean frozen = model().manager() != null && model().parameters().trained().isEmpty();
    return recorded || !frozen ? Graphs.eager() : Graphs.on(model().manager());
  }

  @Override
  public abstract void close();

  /** Makes ready for batches; closed after the last one. */
  abstract AutoCloseable begin();

  /** Draws samples that go through the network together. */
  abstract Codes batch(Condition condition, Given given, long first, List<Trajectory> trajectories);
}
