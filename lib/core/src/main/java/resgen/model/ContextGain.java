package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import resgen.codec.Tokens;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * How much a generator makes of context: its cross-entropy of depth-1 codes with everything masked
 * and with one position masked. A falling likelihood can hide a model that ignores context; this
 * cannot.
 *
 * <p>Categorical heads state the probability of a code; of a mixture it is what CellMass measures.
 *
 * @param allMasked nats per code, all positions masked
 * @param oneMasked nats per code, only the position itself masked
 */
public record ContextGain(double allMasked, double oneMasked) {

  /** How many images are usually measured on. */
  public static final int IMAGES = 1000;

  private static final int CHUNK = 50;

  /** The probabilities of depth-1 codes, {@code [n, V]}, at hidden states {@code [n, W]}. */
  private interface CodeMass {
    float[] of(NDArray hidden, int size, int from);
  }

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
    int shown = tokens.codes().depth();
    CodeMass mass =
        (hidden, size, from) ->
            CellMass.of(
                network.head(),
                network.codebooks(),
                hidden,
                draw -> Noise.of(1).stream(from, draw),
                noiseScale);
    return of(network, tokens, images, shown, mass);
  }

  /**
   * Measures on the first images, at position i mod L of image i. Where one position is masked, a
   * model that makes depth after depth sees depth 1 of the others, any other model all depths.
   */
  public static ContextGain of(CategoricalNetwork<?> network, Tokens tokens, int images) {
    boolean depthwise = network.settings() instanceof DepthwiseMaskGitSettings;
    CodeMass mass =
        (hidden, size, from) -> network.head().logits(hidden).get(":, 0").softmax(1).toFloatArray();
    return of(network, tokens, images, depthwise ? 1 : tokens.codes().depth(), mass);
  }

  private static ContextGain of(
      MaskedNetwork network, Tokens tokens, int images, int shown, CodeMass mass) {
    int count = Math.min(images, tokens.size());
    return new ContextGain(
        crossEntropy(network, tokens, count, 0, mass),
        crossEntropy(network, tokens, count, shown, mass));
  }

  private static double crossEntropy(
      MaskedNetwork network, Tokens tokens, int count, int shown, CodeMass mass) {
    double sum = 0;
    for (int from = 0; from < count; from += CHUNK) {
      int start = from;
      int size = Math.min(CHUNK, count - from);
      sum += Torch.scoped(() -> chunk(network, tokens, start, size, shown, mass));
    }
    return sum / count;
  }

  private static double chunk(
      MaskedNetwork network, Tokens tokens, int from, int size, int shown, CodeMass codeMass) {
    NDManager manager = network.manager();
    TokenShape shape = network.settings().tokens();
    int l = shape.positions();
    int d = shape.depth();
    int[] images = new int[size];
    int[] rows = new int[size];
    int[] visible = new int[size * l];
    Arrays.fill(visible, shown);
    for (int i = 0; i < size; i++) {
      images[i] = from + i;
      rows[i] = i * l + (from + i) % l;
      visible[rows[i]] = 0;
    }
    NDArray codes = Torch.longs(manager, tokens.codes().rows(images), (long) size * l, d);
    NDArray seen = Torch.longs(manager, visible, (long) size * l);
    Codebooks.Sums sums = network.codebooks().sums(codes, seen);
    NDArray hidden =
        network
            .backbone()
            .hidden(
                sums.visible().reshape(size, l, shape.dimension()),
                seen.reshape(size, l),
                MaskedBackbone.labels(manager, shape, tokens.labels(images)),
                false);
    NDArray picked = Kernel.of("rows").apply(hidden, Torch.longs(manager, rows, size)); // [n, W]
    float[] mass = codeMass.of(picked, size, from);
    double sum = 0;
    for (int i = 0; i < size; i++) {
      int truth = tokens.codes().get(from + i, (from + i) % l, 0);
      sum -= Math.log(mass[i * shape.codes() + truth]);
    }
    return sum;
  }
}
