package resgen.eval;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Seconds of sampling, drawing tokens and decoding them apart. The first runs, in which kernels are
 * compiled and memory is claimed, are dropped; of the rest stand the median and the spread.
 *
 * @param warmUp runs dropped, 0 or more
 * @param runs runs counted, 1 or more
 */
public record WallClock(int warmUp, int runs) {
  /** Checks the settings. */
  public WallClock {
    if (warmUp < 0 || runs < 1) {
      throw new IllegalArgumentException(
          "warmUp must be 0 or more and runs 1 or more: " + warmUp + ", " + runs);
    }
  }

  /** Two runs dropped, seven counted. */
  public static WallClock standard() {
    return new WallClock(2, 7);
  }

  /**
   * Times of several runs, in seconds.
   *
   * @param median of the runs
   * @param lower a quarter of the runs took no longer
   * @param upper three quarters of the runs took no longer
   * @param fastest of the runs
   * @param slowest of the runs
   */
  public record Spread(double median, double lower, double upper, double fastest, double slowest) {
    /** Quantiles by linear interpolation between the sorted values, as numpy's default. */
    static Spread of(double[] seconds) {
      double[] sorted = seconds.clone();
      Arrays.sort(sorted);
      return new Spread(
          quantile(sorted, 0.5),
          quantile(sorted, 0.25),
          quantile(sorted, 0.75),
          sorted[0],
          sorted[sorted.length - 1]);
    }

    private static double quantile(double[] sorted, double q) {
      double at = q * (sorted.length - 1);
      int below = (int) at;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.4f s [%.4f, %.4f]", median, lower, upper);
    }
  }

  /**
   * What was measured.
   *
   * @param images per run
   * @param runs counted
   * @param generation drawing the tokens
   * @param decoding tokens to images
   * @param total both; its median is that of the sums
   */
  public record Timing(int images, int runs, Spread generation, Spread decoding, Spread total) {
    /** Median seconds of generation and decoding for one image. */
    public double secondsPerImage() {
      return total.median() / images;
    }

    /** One row per part: median, quartiles and extremes in seconds, seconds per image. */
    public Table table() {
      Spread[] parts = {generation, decoding, total};
      double[] perImage = Arrays.stream(parts).mapToDouble(s -> s.median() / images).toArray();
      return Table.create(
          "wall-clock",
          StringColumn.create("part", "generation", "decoding", "total"),
          IntColumn.create("images", new int[] {images, images, images}),
          IntColumn.create("runs", new int[] {runs, runs, runs}),
          column("median", parts, Spread::median),
          column("lower quartile", parts, Spread::lower),
          column("upper quartile", parts, Spread::upper),
          column("fastest", parts, Spread::fastest),
          column("slowest", parts, Spread::slowest),
          DoubleColumn.create("seconds per image", perImage));
    }

    private static DoubleColumn column(
        String name, Spread[] parts, ToDoubleFunction<Spread> value) {
      return DoubleColumn.create(name, Arrays.stream(parts).mapToDouble(value).toArray());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d images: generation %s, decoding %s, %.4f s per image (%d runs)",
          images,
          generation,
          decoding,
          secondsPerImage(),
          runs);
    }
  }

  /**
   * Runs and times.
   *
   * @param images that one run makes
   * @param generate draws the tokens; must not return before they are computed
   * @param decode makes images of them; likewise. It owns what it is given, and closes it if need
   *     be
   */
  public <T> Timing measure(int images, Supplier<T> generate, Consumer<? super T> decode) {
    return measure(images, generate, decode, System::nanoTime);
  }

  /** As above, by another clock of nanoseconds. */
  <T> Timing measure(
      int images, Supplier<T> generate, Consumer<? super T> decode, LongSupplier clock) {
    if (images < 1) {
      throw new IllegalArgumentException("images must be 1 or more, not " + images);
    }
    double[] generation = new double[runs];
    double[] decoding = new double[runs];
    double[] total = new double[runs];
    for (int run = -warmUp; run < runs; run++) {
      long start = clock.getAsLong();
      T tokens = generate.get();
      long middle = clock.getAsLong();
      decode.accept(tokens);
      long end = clock.getAsLong();
      if (run >= 0) {
        generation[run] = (middle - start) * 1e-9;
        decoding[run] = (end - middle) * 1e-9;
        total[run] = (end - start) * 1e-9;
      }
    }
    return new Timing(images, runs, Spread.of(generation), Spread.of(decoding), Spread.of(total));
  }
}
