package resgen.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import java.util.OptionalDouble;
import resgen.codec.Tokens;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.token.Batches;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * How much a masked generator makes of context: its cross-entropy of depth-1 codes with everything
 * masked and with one position masked. A falling likelihood can hide a model that ignores context;
 * this cannot.
 *
 * @param allMasked nats per code, all positions masked
 * @param oneMasked nats per code, only the position itself masked
 */
public record ContextGain(double allMasked, double oneMasked) {

  /** How many samples are usually measured on. */
  public static final int SAMPLES = 1000;

  private static final int CHUNK = 50;

  /** The difference, in nats. */
  public double gain() {
    return allMasked - oneMasked;
  }

  /**
   * Measures on the first samples, at position i mod L of sample i, L being its length. Where one
   * position is masked, a model that makes depth after depth sees depth 1 of the others, any other
   * model all depths.
   *
   * @param noiseScale s, the noise scale of a mixture's draws
   * @return empty for a causal model, which makes its positions in a fixed order, and for a head
   *     that does not tell its log-probabilities
   */
  public static Optional<ContextGain> of(
      Model model, Tokens tokens, int samples, double noiseScale) {
    if (!(model instanceof MaskedModel masked)) {
      return Optional.empty();
    }
    Tokens some = tokens.range(0, Math.min(samples, tokens.size()));
    int depth = model.spec().tokens().depth();
    int shown = masked.order().masks().stages(depth) > 1 ? 1 : depth;
    OptionalDouble all = crossEntropy(model, some, 0, noiseScale);
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ContextGain(
                all.getAsDouble(), crossEntropy(model, some, shown, noiseScale).getAsDouble()));
  }

  private static OptionalDouble crossEntropy(
      Model model, Tokens tokens, int shown, double noiseScale) {
    double sum = 0;
    try (TokenBatches batches = new TokenBatches(model.manager(), tokens, model.conditioner())) {
      for (int[] rows : Batches.inOrder(tokens.size(), CHUNK)) {
        OptionalDouble part =
            Torch.scoped(
                () ->
                    chunk(model, batches.range(rows[0], rows.length), rows[0], shown, noiseScale));
        if (part.isEmpty()) {
          return part;
        }
        sum += part.getAsDouble();
      }
    }
    return OptionalDouble.of(sum / tokens.size());
  }

  private static OptionalDouble chunk(
      Model model, TokenBatches.Batch own, int from, int shown, double noiseScale) {
    NDArray first = Torch.longs(model.manager(), new int[] {from}, 1);
    NDArray visible =
        Kernel.of("batches")
            .call("one_masked", own.codes(), first, own.lengths(), shown)
            .head(); // [B, L, D]
    Target target = Target.of(model.codebooks(), own.codes(), Mask.of(visible));
    NDArray hidden = model.hidden(target, own.condition(), own.ends(), false); // [B, L, W]
    return firstCode(model, target, hidden, own.lengths(), from, noiseScale);
  }

  /**
   * Nats of the depth-1 codes at position i mod L of sample i, summed; L is the sample's own
   * length.
   *
   * @param lengths {@code [B]} int64
   * @param from the number of the first sample, from which the draws of a mixture follow too
   * @return empty if the head does not tell
   */
  static OptionalDouble firstCode(
      Model model, Target target, NDArray hidden, NDArray lengths, int from, double noiseScale) {
    Kernel kernel = Kernel.of("batches");
    NDArray first = Torch.longs(model.manager(), new int[] {from}, 1);
    NDArray own = kernel.call("own", hidden, first, lengths).head(); // [B, W]
    NDArray codes = kernel.call("own", target.codes(), first, lengths).head().get(":, 0"); // [B]
    NDArray logp = model.head().firstCode(own, noiseScale, from); // [B, V]
    return logp == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Torch.number(kernel.call("cross_entropy", logp, codes).head()));
  }
}
