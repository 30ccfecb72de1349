package resgen.lab.metric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import resgen.codec.Features;

/**
 * Precision and recall of generated images (Kynkäänniemi et al. 2019). A set's manifold is the
 * union of balls round its vectors, each reaching to the k-th nearest other vector of the set.
 *
 * @param precision the share of generated vectors that lie in the manifold of the real ones
 * @param recall the share of real vectors that lie in the manifold of the generated ones
 * @param k which neighbour sets the radius
 */
public record PrecisionRecall(double precision, double recall, int k) {
  /** Which neighbour sets the radius in the paper. */
  static final int STANDARD_K = 3;

  /** Every pair is compared, so at most so many of each kind. */
  static final int MOST = 5_000;

  private static final String WORK = "precision and recall";

  /** How many of each kind are compared, of so many samples. */
  static int paired(int samples) {
    return Math.min(samples, MOST);
  }

  /** One of the two as it is reported; nothing if there are too few samples or real ones. */
  static List<Measured> share(Evidence<?> e, String name, boolean precision) {
    if (Math.min(e.samples(), e.reference().count()) <= STANDARD_K) {
      return List.of();
    }
    int count = paired(e.samples());
    Features samples = e.generated().take(count).features(); // the first ones
    Features real = e.reference().some(count, 0); // always the same
    Features.checkSameDimension(samples, real);
    double share =
        precision ? covered(samples, real, STANDARD_K) : covered(real, samples, STANDARD_K);
    String words = precision ? "of %,d samples, k = %d" : "of %,d real ones, k = %d";
    return List.of(Measured.of(name, name, share, Measured.format(words, count, STANDARD_K)));
  }

  /** With the third neighbour, as in the paper. */
  public static PrecisionRecall of(Features real, Features generated) {
    return of(real, generated, STANDARD_K);
  }

  /**
   * Both shares, by comparing every pair: time grows as N²·d.
   *
   * @param k 1 or more, and less than the size of each set
   * @throws java.util.concurrent.CancellationException if interrupted; the interrupt stays set
   */
  public static PrecisionRecall of(Features real, Features generated, int k) {
    Features.checkSameDimension(real, generated);
    return new PrecisionRecall(covered(generated, real, k), covered(real, generated, k), k);
  }

  /** The share of {@code points} that lie in the manifold of {@code set}; 0 of no points. */
  private static double covered(Features points, Features set, int k) {
    double[] radii = squaredRadii(set, k);
    Interruptible work = new Interruptible(WORK);
    long inside =
        IntStream.range(0, points.count())
            .parallel()
            .filter(
                i -> {
                  work.check();
                  return isInside(points, i, set, radii);
                })
            .count();
    return points.count() == 0 ? 0 : (double) inside / points.count();
  }

  private static boolean isInside(Features points, int i, Features set, double[] radii) {
    for (int j = 0; j < radii.length; j++) {
      if (points.squaredDistance(i, set, j) <= radii[j]) {
        return true;
      }
    }
    return false;
  }

  /** For each vector the squared distance to its k-th nearest other vector. */
  static double[] squaredRadii(Features set, int k) {
    if (k < 1 || k >= set.count()) {
      throw new IllegalArgumentException(
          "k must be 1.." + (set.count() - 1) + " for " + set.count() + " vectors, not " + k);
    }
    Interruptible work = new Interruptible(WORK);
    return IntStream.range(0, set.count())
        .parallel()
        .mapToDouble(
            i -> {
              work.check();
              return kth(set, i, k);
            })
        .toArray();
  }

  private static double kth(Features set, int i, int k) {
    double[] nearest = new double[k];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int j = 0; j < set.count(); j++) {
      if (j != i) {
        double distance = set.squaredDistance(i, set, j);
        int at = k;
        while (at > 0 && nearest[at - 1] > distance) {
          at--;
        }
        if (at < k) {
          System.arraycopy(nearest, at, nearest, at + 1, k - 1 - at);
          nearest[at] = distance;
        }
      }
    }
    return nearest[k - 1];
  }
}
