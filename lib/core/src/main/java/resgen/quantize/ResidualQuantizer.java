package resgen.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.noise.Noise;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * A residual quantizer while it learns: codebooks, their averages, and the residual's variance at
 * each depth.
 *
 * <p>Quantizing: {@code h_0 = h; x_j = argmin_v ‖h_{j−1} − e(v; j)‖; h_j = h_{j−1} − e(x_j; j)}.
 *
 * <p>Probabilistic update per depth: s² is the mean squared residual entry after quantizing the
 * batch; resp = softmax_v log N(r; μ_v, s²I) of the residual r that enters the depth; weights are
 * resp normalised over the batch, per code (in the log domain); μ_v ← decay·μ_v + (1 − decay)·Σ
 * w·r. The other update is that of moving averages with restarts.
 */
public final class ResidualQuantizer implements Quantizer {

  private static final int KMEANS_ROUNDS = 12;
  private static final double ROUNDING = 1e-6; // what is left of vectors that codes meet exactly

  private final QuantizerSettings settings;
  private final Kernel kernel = Kernel.of("codebooks");
  private final NDArray books; // [D, V, H]
  private final NDArray counts; // [D, V]
  private final NDArray sums; // [D, V, H]
  private final NDArray variance; // [D]
  private final NDArray updates; // [1]

  /** A quantizer whose codebooks are random directions of length (D − j)/D at depth j = 0 … D−1. */
  public ResidualQuantizer(NDManager manager, QuantizerSettings settings, Noise noise) {
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

  @Override
  public QuantizerSettings settings() {
    return settings;
  }

  /** {@inheritDoc} Every codebook is k-means of what the depths before it leave. */
  @Override
  public void startFrom(NDArray vectors, Noise noise) {
    int v = settings.codes();
    int rows = (int) vectors.getShape().get(0);
    if (rows < v) {
      throw new IllegalArgumentException(
          "k-means of " + v + " codes needs at least " + v + " vectors, not " + rows);
    }
    Spread spread = new Spread(settings.dimension());
    spread.add(vectors.toFloatArray());
    spread.deviation("the vectors that codebooks start from");
    Torch.scoped(
        () -> {
          NDArray r = vectors; // [N, H]
          for (int j = 0; j < settings.depth(); j++) {
            int[] order = noise.stream(1, j).permutation(rows);
            NDArray start = Torch.longs(vectors.getManager(), Arrays.copyOf(order, v), v);
            NDArray book = kernel.call("kmeans", r, start, KMEANS_ROUNDS).head(); // [V, H]
            books.set(new NDIndex(j), book); // copyTo would not reach through a view
            r = r.sub(kernel.call("quantize", r, book.expandDims(0)).get(1).get(0));
            variance.set(new NDIndex(j), r.square().mean().getFloat());
          }
          return null;
        });
  }

  @Override
  public Quantized quantize(NDArray vectors) {
    NDList parts = kernel.call("quantize", vectors, books);
    return new Quantized(parts.get(0), parts.get(1));
  }

  @Override
  public void learn(NDArray vectors, NDArray codes, Noise.Stream noise) {
    int d = settings.depth();
    int v = settings.codes();
    boolean probabilistic = settings.update() == QuantizerSettings.Update.PROBABILISTIC;
    float[] places = probabilistic ? new float[d * v] : noise.uniforms(d * v);
    kernel
        .infer(
            "learn",
            vectors,
            codes,
            books,
            counts,
            sums,
            variance,
            updates,
            probabilistic,
            settings.decay(),
            settings.restartBelow(),
            Torch.floats(vectors.getManager(), places, d, v))
        .close();
  }

  @Override
  public Map<String, NDArray> state() {
    Map<String, NDArray> state = new LinkedHashMap<>();
    state.put("books", books);
    state.put("counts", counts);
    state.put("sums", sums);
    state.put("variance", variance);
    state.put("updates", updates);
    return state;
  }

  @Override
  public Codebooks freeze(NDManager manager, float scale) {
    float[] values = books.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= scale;
    }
    float[] sigma = variance.toFloatArray();
    double square = 0; // of the first codebook, whose codes are as long as the vectors
    for (int i = 0; i < values.length / settings.depth(); i++) {
      square += values[i] * (double) values[i] * settings.depth() / values.length;
    }
    for (int i = 0; i < sigma.length; i++) {
      if (Math.sqrt(sigma[i]) * scale <= ROUNDING * Math.sqrt(square)) {
        throw new IllegalArgumentException(
            "%d depths of %d codes are too many: nothing is left to quantize after depth %d, as of vectors that are few or often the same"
                .formatted(settings.depth(), settings.codes(), i + 1));
      }
      sigma[i] = (float) Math.sqrt(sigma[i]) * scale;
    }
    return Codebooks.of(
        manager, values, sigma, settings.depth(), settings.codes(), settings.dimension());
  }
}
