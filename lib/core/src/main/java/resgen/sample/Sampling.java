package resgen.sample;

import java.util.Arrays;
import java.util.List;
import resgen.head.Draw;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.mask.UnmaskPlan;
import resgen.settings.Range;

/**
 * Settings of sampling. Immutable; every method returns a changed copy:
 *
 * <pre>{@code Sampling.steps(28).guidance(0.02, 2.4).topP(0.94).seed(1)}</pre>
 *
 * @param pace how many tokens each step reveals
 * @param guidance the weight of classifier-free guidance over the steps
 * @param draw how tokens are drawn from what the model says
 * @param order which tokens are revealed first
 * @param seed of all noise; in float32, sample i depends on (seed, i) only, whatever the batch, as
 *     long as it is of four or more. Samples drawn fewer than four at a time may differ from those
 *     of larger batches, in bfloat16 more often, since matrix products of very few rows are summed
 *     in another order
 * @param batchSize samples that go through the network together, see {@code seed} for where it
 *     matters; {@link #AUTO} for as many as fit on a GPU, found from the memory that the first 64
 *     take, and for 64 on a CPU
 */
public record Sampling(
    Pace pace, GuidanceRamp guidance, Draw draw, Order order, long seed, int batchSize) {

  /**
   * How many tokens each step reveals.
   *
   * @param steps T
   * @param schedule γ of sampling; independent of that of training
   * @param skipEmpty a step that would reveal nothing costs no network call
   * @param minOneReveal every step reveals at least one token
   * @param depthSteps for a model that makes one depth after another: how many of the steps each
   *     depth has, coarse to fine, T in all; empty for one step at every depth but the first, which
   *     has the rest. Other models do not read it
   */
  public record Pace(
      int steps,
      Schedule schedule,
      boolean skipEmpty,
      boolean minOneReveal,
      List<Integer> depthSteps) {
    public Pace {
      Range.require(steps >= 1, "steps", steps, "at least 1");
      Range.require(schedule != null, "schedule", null, "given");
      depthSteps = List.copyOf(depthSteps);
      int sum = 0;
      for (int count : depthSteps) {
        Range.require(count >= 1, "depthSteps", depthSteps, "at least 1 each");
        sum = Math.addExact(sum, count);
      }
      Range.require(
          depthSteps.isEmpty() || sum == steps,
          "depthSteps",
          depthSteps,
          "empty or " + steps + " in all");
    }

    /**
     * The steps of each depth of a model that makes one depth after another.
     *
     * @throws IllegalArgumentException if there are fewer steps than depths, or {@code depthSteps}
     *     is for another number of depths
     */
    public int[] stepsPerDepth(int depths) {
      if (!depthSteps.isEmpty()) {
        Range.require(depthSteps.size() == depths, "depthSteps", depthSteps, depths + " numbers");
        return depthSteps.stream().mapToInt(Integer::intValue).toArray();
      }
      Range.require(
          steps >= depths, "steps", steps, "at least 1 for each of " + depths + " depths");
      int[] split = new int[depths];
      Arrays.fill(split, 1);
      split[0] = steps - (depths - 1);
      return split;
    }
  }

  /**
   * Which tokens are revealed first.
   *
   * @param reveal at random, or by one of the readings of confidence
   * @param temperature τ, the factor of the Gumbel noise on the confidence, constant over the steps
   * @param perDimension multiply τ by the number of terms that the confidence sums: H, the
   *     dimension of the codes, for a distance; 1 for the log-probability of a code
   */
  public record Order(Reveal reveal, double temperature, boolean perDimension) {
    public Order {
      Range.require(reveal != null, "reveal", null, "given");
      Range.require(
          temperature >= 0 && temperature < Double.POSITIVE_INFINITY,
          "temperature",
          temperature,
          "finite and at least 0");
    }

    /** τ for a confidence of so many terms: H for distances, 1 for log-probabilities. */
    public double temperature(int terms) {
      return perDimension ? temperature * terms : temperature;
    }
  }

  /** The batch size that is chosen by the device. */
  public static final int AUTO = 0;

  /** The paper's τ = 28 at H = 64, as a multiple of H. */
  public static final double TEMPERATURE_PER_DIMENSION = 28.0 / 64;

  public Sampling {
    Range.require(pace != null, "pace", null, "given");
    Range.require(guidance != null, "guidance", null, "given");
    Range.require(draw != null, "draw", null, "given");
    Range.require(order != null, "order", null, "given");
    Range.require(batchSize >= 0, "batchSize", batchSize, "at least 1, or 0 for as many as fit");
  }

  /**
   * Fresh settings with T steps: circle schedule, no guidance, all components, confidence by
   * distance with τ = 0.4375·H, seed 0, batches of 64.
   */
  public static Sampling steps(int steps) {
    return new Sampling(
        new Pace(steps, Schedule.circle(), true, false, List.of()),
        GuidanceRamp.none(),
        new Draw(1, 1, 1),
        new Order(Reveal.DISTANCE, TEMPERATURE_PER_DIMENSION, true),
        0,
        64);
  }

  /** The paper's image settings with 28 steps. */
  public static Sampling paper28() {
    return steps(28).guidance(0.02, 2.4).topP(0.94).temperature(28);
  }

  /** The paper's image settings with 48 steps. */
  public static Sampling paper48() {
    return steps(48).guidance(0.02, 2.4).topP(0.96).temperature(28);
  }

  /** The paper's image settings with 64 steps. */
  public static Sampling paper64() {
    return steps(64).guidance(0.02, 2.2).topP(0.98).temperature(28);
  }

  /** These settings with another number of steps, split over depths in the usual way. */
  public Sampling withSteps(int steps) {
    return pace(new Pace(steps, pace.schedule, pace.skipEmpty, pace.minOneReveal, List.of()));
  }

  /** With this many steps at each depth; see {@link Pace}. */
  public Sampling depthSteps(Integer... counts) {
    int steps = Arrays.stream(counts).mapToInt(Integer::intValue).sum();
    return pace(new Pace(steps, pace.schedule, pace.skipEmpty, pace.minOneReveal, List.of(counts)));
  }

  public Sampling schedule(Schedule schedule) {
    return pace(new Pace(pace.steps, schedule, pace.skipEmpty, pace.minOneReveal, pace.depthSteps));
  }

  public Sampling skipEmpty(boolean skipEmpty) {
    return pace(new Pace(pace.steps, pace.schedule, skipEmpty, pace.minOneReveal, pace.depthSteps));
  }

  public Sampling minOneReveal(boolean minOneReveal) {
    return pace(new Pace(pace.steps, pace.schedule, pace.skipEmpty, minOneReveal, pace.depthSteps));
  }

  /** Guidance that goes linearly from start to end; both zero is none. */
  public Sampling guidance(double start, double end) {
    return new Sampling(pace, new GuidanceRamp(start, end), draw, order, seed, batchSize);
  }

  public Sampling topP(double topP) {
    return draw(new Draw(topP, draw.noiseScale(), draw.temperature()));
  }

  public Sampling noiseScale(double noiseScale) {
    return draw(new Draw(draw.topP(), noiseScale, draw.temperature()));
  }

  /** With logits of codes divided by this; not the τ of the order. */
  public Sampling drawTemperature(double temperature) {
    return draw(new Draw(draw.topP(), draw.noiseScale(), temperature));
  }

  public Sampling reveal(Reveal reveal) {
    return order(new Order(reveal, order.temperature, order.perDimension));
  }

  /** τ itself, whatever H. */
  public Sampling temperature(double temperature) {
    return order(new Order(order.reveal, temperature, false));
  }

  /** τ as a multiple of H. */
  public Sampling temperaturePerDimension(double factor) {
    return order(new Order(order.reveal, factor, true));
  }

  public Sampling seed(long seed) {
    return new Sampling(pace, guidance, draw, order, seed, batchSize);
  }

  public Sampling batchSize(int batchSize) {
    return new Sampling(pace, guidance, draw, order, seed, batchSize);
  }

  /** How many tokens are masked after each step, for samples of L·D tokens. */
  public UnmaskPlan plan(int tokens) {
    return UnmaskPlan.of(pace.schedule, pace.steps, tokens, pace.skipEmpty, pace.minOneReveal);
  }

  private Sampling pace(Pace changed) {
    return new Sampling(changed, guidance, draw, order, seed, batchSize);
  }

  private Sampling draw(Draw changed) {
    return new Sampling(pace, guidance, changed, order, seed, batchSize);
  }

  private Sampling order(Order changed) {
    return new Sampling(pace, guidance, draw, changed, seed, batchSize);
  }
}
