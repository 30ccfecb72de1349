package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import resgen.data.Noise;
import resgen.mixture.MixtureHead;
import resgen.rvq.Codebooks;
import resgen.tokenizer.Tokens;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * How much a generator makes of context: the cross-entropy of depth-1 codes that its drawn z imply,
 * with everything masked and with one position masked. A falling likelihood can hide a model that
 * ignores context; this cannot.
 *
 * <p>The probability of a code is Σ_v π_v P(z drawn from component v falls into the code's cell),
 * the cell shares measured with {@value #DRAWS} draws per component and mixed with 0.1 % of the
 * uniform distribution.
 *
 * @param allMasked nats per code, all positions masked
 * @param oneMasked nats per code, only the position itself masked
 */
public record ContextGain(double allMasked, double oneMasked) {

  private static final int DRAWS = 4;
  private static final int CHUNK = 50;
  private static final double FLOOR = 0.001;

  /** The difference, in nats. */
  public double gain() {
    return allMasked - oneMasked;
  }

  /**
   * Measures on the first images, at position i mod L of image i.
   *
   * @param noiseScale s, the noise scale of the draws
   */
  public static ContextGain of(
      ResGenNetwork network, Tokens tokens, int images, double noiseScale) {
    int count = Math.min(images, tokens.size());
    return new ContextGain(
        crossEntropy(network, tokens, count, noiseScale, false),
        crossEntropy(network, tokens, count, noiseScale, true));
  }

  private static double crossEntropy(
      ResGenNetwork network, Tokens tokens, int count, double noiseScale, boolean onlyOne) {
    double sum = 0;
    for (int from = 0; from < count; from += CHUNK) {
      int start = from;
      int size = Math.min(CHUNK, count - from);
      sum += Torch.scoped(() -> chunk(network, tokens, start, size, noiseScale, onlyOne));
    }
    return sum / count;
  }

  private static double chunk(
      ResGenNetwork network, Tokens tokens, int from, int size, double noiseScale, boolean one) {
    NDManager manager = network.manager();
    TokenShape shape = network.settings().tokens();
    int l = shape.positions();
    int d = shape.depth();
    int[] images = new int[size];
    int[] rows = new int[size];
    int[] truth = new int[size];
    int[] visible = new int[size * l];
    for (int i = 0; i < size; i++) {
      images[i] = from + i;
      int position = (from + i) % l;
      rows[i] = i * l + position;
      truth[i] = tokens.codes().get(from + i, position, 0);
      Arrays.fill(visible, i * l, (i + 1) * l, one ? d : 0);
      visible[rows[i]] = 0;
    }
    NDArray codes = Torch.longs(manager, tokens.codes().rows(images), (long) size * l, d);
    NDArray seen = Torch.longs(manager, visible, (long) size * l);
    Codebooks.Sums sums = network.codebooks().sums(codes, seen);
    NDArray hidden =
        network.hidden(
            sums.visible().reshape(size, l, shape.dimension()),
            seen.reshape(size, l),
            MaskedBackbone.labels(manager, shape, tokens.labels(images)),
            false);
    NDArray picked = Kernel.of("rows").apply(hidden, Torch.longs(manager, rows, size)); // [n, W]
    int[] level = new int[size];
    Arrays.fill(level, d - 1);
    MixtureHead.Distribution p =
        network.head().distribution(picked, Torch.longs(manager, level, size));
    float[] codeMass = codeMass(network, p, size, from, noiseScale);
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double mass = codeMass[i * shape.codes() + truth[i]];
      sum -= Math.log((1 - FLOOR) * mass + FLOOR / shape.codes());
    }
    return sum;
  }

  private static float[] codeMass(
      ResGenNetwork network, MixtureHead.Distribution p, int size, int from, double noiseScale) {
    TokenShape shape = network.settings().tokens();
    int k = network.settings().mixture().components();
    int h = shape.dimension();
    float[] weights = p.logWeights().exp().toFloatArray();
    NDArray scale = p.logScale().exp().reshape(size, 1, 1);
    NDArray shift = p.shift().expandDims(1);
    Codebooks books = network.codebooks();
    float[] mass = new float[size * shape.codes()];
    for (int draw = 0; draw < DRAWS; draw++) {
      float[] noise = Noise.of(1).stream(from, draw).gaussians(size * k * h);
      NDArray eps = Torch.floats(network.manager(), noise, size, k, h).mul((float) noiseScale);
      NDArray z = p.means().add(eps).mul(scale).add(shift).reshape((long) size * k, h);
      long[] codes = books.nearest(z, 0).toLongArray();
      for (int i = 0; i < codes.length; i++) {
        mass[i / k * shape.codes() + (int) codes[i]] += weights[i] / DRAWS;
      }
    }
    return mass;
  }
}
