package resgen.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.noise.Noise;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * A residual quantizer while it learns: codebooks, their averages, and the residual's variance at
 * each depth. {@link #freeze} gives the {@link Codebooks} that everything else uses.
 *
 * <p>Probabilistic update per depth: s² is the mean squared residual entry after quantizing this
 * batch; resp = softmax_v log N(r; μ_v, s²I); weights are resp normalised over the batch, per code
 * (in the log domain); μ_v ← decay·μ_v + (1 − decay)·Σ w·r.
 */
public final class Quantizer {

  private static final int KMEANS_ROUNDS = 12;

  private final QuantizerSettings settings;
  private final Kernel kernel = Kernel.of("rvq");
  private final NDArray books; // [D, V, H]
  private final NDArray counts; // [D, V]
  private final NDArray sums; // [D, V, H]
  private final NDArray variance; // [D]
  private final NDArray updates; // [1]

  /** A quantizer whose codebooks are random directions of length (D − j)/D at depth j = 0 … D−1. */
  public Quantizer(NDManager manager, QuantizerSettings settings, Noise noise) {
    this.settings = settings;
    int d = settings.depth();
    int v = settings.codes();
    int h = settings.dimension();
    books = Torch.floats(manager, directions(noise), d, v, h);
    counts = manager.ones(new Shape(d, v));
    sums = Torch.floats(manager, books.toFloatArray(), d, v, h);
    variance = manager.ones(new Shape(d));
    updates = manager.zeros(new Shape(1));
  }

  private float[] directions(Noise noise) {
    int h = settings.dimension();
    float[] values = new float[settings.depth() * settings.codes() * h];
    Noise.Stream stream = noise.stream(0);
    for (int row = 0; row < settings.depth() * settings.codes(); row++) {
      double length = (settings.depth() - row / settings.codes()) / (double) settings.depth();
      double square = 0;
      for (int i = 0; i < h; i++) {
        values[row * h + i] = (float) stream.nextGaussian();
        square += values[row * h + i] * values[row * h + i];
      }
      for (int i = 0; i < h; i++) {
        values[row * h + i] *= (float) (length / Math.sqrt(square));
      }
    }
    return values;
  }

  /** Starts every codebook from k-means of what the depths before it leave of {@code vectors}. */
  public void startFrom(NDArray vectors, Noise noise) {
    int v = settings.codes();
    int rows = (int) vectors.getShape().get(0);
    if (rows < v) {
      throw new IllegalArgumentException(
          "k-means of " + v + " codes needs more than " + rows + " rows");
    }
    Torch.scoped(
        () -> {
          NDArray r = vectors;
          for (int j = 0; j < settings.depth(); j++) {
            int[] order = noise.stream(1, j).permutation(rows);
            NDArray start = Torch.longs(vectors.getManager(), Arrays.copyOf(order, v), v);
            NDArray book = kernel.call("kmeans", r, start, KMEANS_ROUNDS).head();
            books.set(new NDIndex(j), book);
            NDList coded = kernel.call("probabilistic", r, books.get(j), 1.0);
            r = r.sub(coded.get(1));
            variance.set(new NDIndex(j), coded.get(2).getFloat());
          }
          return null;
        });
  }

  /**
   * Quantizes a batch and, when learning, moves the codebooks.
   *
   * @param vectors {@code [N, H]}, without gradient
   * @param learn whether codebooks move
   * @param noise drives the choice of residuals for restarted codes
   * @return partial sums Σ_{j ≤ d} e(x_j; j) after each depth, {@code [D, N, H]}
   */
  public NDArray quantize(NDArray vectors, boolean learn, Noise.Stream noise) {
    NDList partial = new NDList();
    NDArray r = vectors;
    NDArray sum = vectors.mul(0);
    for (int j = 0; j < settings.depth(); j++) {
      NDList coded = learn ? learn(r, j, noise) : look(r, j);
      NDArray e = coded.get(1);
      r = r.sub(e);
      sum = sum.add(e);
      partial.add(sum);
      if (learn) {
        track(j, coded.get(2).getFloat());
      }
    }
    if (learn) {
      updates.addi(1);
    }
    return NDArrays.stack(partial); // [D, N, H]
  }

  private NDList look(NDArray r, int depth) {
    NDArray book = books.get(depth).expandDims(0);
    NDList parts =
        kernel.call(
            "encode",
            r,
            book,
            kernel.call("bias", book).head(),
            r.getManager().zeros(new Shape(r.getShape().get(0)), DataType.INT64));
    return new NDList(parts.get(0), r.sub(parts.get(2)));
  }

  private NDList learn(NDArray r, int depth, Noise.Stream noise) {
    NDArray book = books.get(depth);
    if (settings.update() == QuantizerSettings.Update.PROBABILISTIC) {
      return kernel.call("probabilistic", r, book, settings.decay());
    }
    if (updates.getFloat(0) == 0) {
      startAverages(depth, (float) r.getShape().get(0) / settings.codes());
    }
    float[] at = noise.uniforms(settings.codes());
    return kernel.call(
        "averaging",
        r,
        book,
        counts.get(depth),
        sums.get(depth),
        settings.decay(),
        settings.restartBelow(),
        Torch.floats(r.getManager(), at, settings.codes()));
  }

  /** Averages as if every code had had its uniform share so far. */
  private void startAverages(int depth, float share) {
    NDIndex at = new NDIndex(depth);
    counts.set(at, share);
    sums.set(at, books.get(depth).mul(share));
  }

  private void track(int depth, float s2) {
    double t = updates.getFloat(0);
    double decay = Math.min(settings.decay(), (1 + t) / (10 + t));
    NDIndex at = new NDIndex(depth);
    variance.set(at, (float) (decay * variance.getFloat(depth) + (1 - decay) * s2));
  }

  /** Arrays that belong into checkpoints, by name. */
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put("books", books);
    state.put("counts", counts);
    state.put("sums", sums);
    state.put("variance", variance);
    state.put("updates", updates);
    return state;
  }

  /** Codebooks as they are now, on {@code manager}, multiplied by {@code scale}. */
  public Codebooks freeze(NDManager manager, float scale) {
    float[] values = books.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    float[] sigma = variance.toFloatArray();
    for (int i = 0; i < sigma.length; i++) {
      sigma[i] = (float) Math.sqrt(sigma[i]) * scale;
    }
    return Codebooks.of(
        manager, values, sigma, settings.depth(), settings.codes(), settings.dimension());
  }
}
