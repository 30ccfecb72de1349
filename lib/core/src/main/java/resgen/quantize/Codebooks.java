package resgen.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import resgen.settings.Hashes;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * Frozen codebooks of D depths with V codes of dimension H each, and the residual's standard
 * deviation σ_j that training met after each depth.
 *
 * <p>Depth 1 is coarse, depth D fine. Quantizing: {@code h_0 = h; x_j = argmin_v ‖h_{j−1} − e(v;
 * j)‖; h_j = h_{j−1} − e(x_j; j)}; a vector's reconstruction is Σ_j e(x_j; j) (paper,
 * preliminaries).
 */
public final class Codebooks {

  private final NDArray books; // [D, V, H]
  private final NDArray centred; // e − c, c the mean over V, [D, V, H]
  private final NDArray bias; // −½(|e|² − |c|²), [D, V]
  private final NDArray sigma; // [D]
  private final Kernel kernel = Kernel.of("rvq");

  private Codebooks(NDArray books, NDArray centred, NDArray bias, NDArray sigma) {
    this.books = books;
    this.centred = centred;
    this.bias = bias;
    this.sigma = sigma;
  }

  /**
   * Codebooks on {@code manager}, which owns their arrays.
   *
   * @param values {@code [D, V, H]} in row order, all finite
   * @param sigma {@code [D]}, all finite and above 0
   * @throws IllegalArgumentException naming the first number that is not allowed, and its place
   */
  public static Codebooks of(
      NDManager manager, float[] values, float[] sigma, int depth, int codes, int dimension) {
    if (values.length != depth * codes * dimension || sigma.length != depth) {
      throw new IllegalArgumentException(
          "%d values and %d deviations do not make %d depths × %d codes × %d dimensions"
              .formatted(values.length, sigma.length, depth, codes, dimension));
    }
    for (int j = 0; j < depth; j++) {
      if (!(sigma[j] > 0) || !Float.isFinite(sigma[j])) {
        throw new IllegalArgumentException(
            "sigma " + sigma[j] + " of depth " + j + " must be finite and more than 0");
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "codebooks: entry %d of code %d of depth %d is %s, which is not finite"
                .formatted(i % dimension, i / dimension % codes, i / dimension / codes, values[i]));
      }
    }
    NDArray books = Torch.floats(manager, values, depth, codes, dimension);
    NDList scoring = Kernel.of("rvq").call("scoring", books);
    return new Codebooks(
        books, scoring.get(0), scoring.get(1), Torch.floats(manager, sigma, depth));
  }

  /** A copy on another manager, perhaps on another device. */
  public Codebooks on(NDManager manager) {
    return of(manager, books.toFloatArray(), sigma.toFloatArray(), depth(), codes(), dimension());
  }

  /** The first {@code levels} codebooks, on the same arrays. */
  public Codebooks truncate(int levels) {
    if (levels < 1 || levels > depth()) {
      throw new IllegalArgumentException("levels " + levels + " is not in 1 … " + depth());
    }
    return levels == depth()
        ? this
        : new Codebooks(
            books.get(":" + levels),
            centred.get(":" + levels),
            bias.get(":" + levels),
            sigma.get(":" + levels));
  }

  /** D. */
  public int depth() {
    return (int) books.getShape().get(0);
  }

  /** V. */
  public int codes() {
    return (int) books.getShape().get(1);
  }

  /** H. */
  public int dimension() {
    return (int) books.getShape().get(2);
  }

  /** The entries, {@code [D, V, H]}; not to be changed. */
  public NDArray array() {
    return books;
  }

  /** σ_j per depth. */
  public float[] sigma() {
    return sigma.toFloatArray();
  }

  /**
   * What quantizing gave.
   *
   * @param codes {@code [N, D]} int64
   * @param errors squared length of the residual after each depth, {@code [N, D]}
   * @param residual what is left after the last depth, {@code [N, H]}
   */
  public record Encoded(NDArray codes, NDArray errors, NDArray residual) {}

  /** Quantizes vectors through all depths; {@code [N, H]}. */
  public Encoded encode(NDArray vectors) {
    NDArray visible =
        vectors
            .getManager()
            .zeros(
                new ai.djl.ndarray.types.Shape(vectors.getShape().get(0)),
                ai.djl.ndarray.types.DataType.INT64);
    return encode(vectors, visible);
  }

  /**
   * Quantizes vectors through their masked depths alone. At visible depths, which cost nothing, the
   * code is 0 and the error that of the depth before.
   *
   * @param vectors {@code [N, H]}
   * @param visible how many depths are visible and left out, {@code [N]}, or which, {@code [N, D]}
   *     of 0 and 1; int64
   */
  public Encoded encode(NDArray vectors, NDArray visible) {
    NDList parts = kernel.call("encode", vectors, books, centred, bias, visible);
    return new Encoded(parts.get(0), parts.get(1), parts.get(2));
  }

  /**
   * Codes of some depths.
   *
   * @param codes {@code [N, end − first]} int64
   * @param sum of their embeddings, {@code [N, H]}
   */
  public record Part(NDArray codes, NDArray sum) {}

  /** Quantizes vectors through depths {@code first … end − 1} alone, counted from 0. */
  public Part encode(NDArray vectors, int first, int end) {
    NDList parts = kernel.call("part", vectors, books, centred, bias, first, end);
    return new Part(parts.get(0), parts.get(1));
  }

  /** The nearest code of one depth (from 0) to each vector: {@code [N, H] → [N]} int64. */
  public NDArray nearest(NDArray vectors, int depth) {
    return kernel.call("best", vectors, centred.get(depth), bias.get(depth)).head();
  }

  /**
   * The terms of the paper's confidence (section 3.3): how likely each residual is under N(e(x_ij;
   * j), σ_j²I), by one of its readings.
   *
   * @param encoded what quantizing gave
   * @param density whether the Gaussian's normalizer is added, −(H/2)·log 2πσ_j²
   * @return {@code [N, D]} float32
   */
  public NDArray confidence(Encoded encoded, boolean density) {
    return kernel.call("confidence", encoded.errors(), sigma, dimension(), density).head();
  }

  /**
   * Log-probability of each chosen code among its depth's codes under N(residual; e, σ_j²I), with a
   * uniform prior: {@code [N, D]}.
   */
  public NDArray posterior(NDArray vectors, NDArray visible) {
    return kernel.call("posterior", vectors, books, centred, bias, visible, sigma).head();
  }

  /**
   * Sums of embeddings.
   *
   * @param visible Σ of the visible depths, {@code [N, H]}
   * @param masked Σ of the masked depths, the target z, {@code [N, H]}
   */
  public record Sums(NDArray visible, NDArray masked) {}

  /**
   * The cumulative embeddings of codes on both sides of the mask.
   *
   * @param codes {@code [N, D]} int64
   * @param visible how many depths are visible, {@code [N]}, or which, {@code [N, D]} of 0 and 1;
   *     int64
   */
  public Sums sums(NDArray codes, NDArray visible) {
    NDList parts = kernel.call("sums", codes, books, visible);
    return new Sums(parts.get(0), parts.get(1));
  }

  /**
   * Σ e(x_j; j) over the first 0, 1, … D depths: {@code [N, D] → [N, D + 1, H]}; the first is zero,
   * the last the whole vector.
   */
  public NDArray prefixes(NDArray codes) {
    return kernel.call("prefixes", codes, books).head();
  }

  /** Σ_j e(x_j; j) over all depths: {@code [N, D] → [N, H]}. */
  public NDArray decode(NDArray codes) {
    NDArray none = codes.get(":, 0").zerosLike();
    return sums(codes, none).masked();
  }

  /** SHA-256 over sizes, entries and deviations, in hex: equal if and only if they are equal. */
  public String fingerprint() {
    MessageDigest digest = Hashes.digest();
    digest.update((depth() + "x" + codes() + "x" + dimension()).getBytes(StandardCharsets.UTF_8));
    digest.update(Torch.bytes(books));
    digest.update(Torch.bytes(sigma));
    return Hashes.hex(digest);
  }

  @Override
  public String toString() {
    return "%d codebooks of %d codes, %d dimensions"
        .formatted(depth(), codes(), books.getShape().get(2));
  }
}
