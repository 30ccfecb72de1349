package resgen.model;

import ai.djl.ndarray.NDArray;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;

/**
 * RQ-Transformer's network: a causal transformer over positions, a causal transformer over the
 * depths of each, and a softmax over the codes of each depth (Lee et al. 2022).
 */
public final class RqTransformerNetwork extends DeclaredNetwork<RqTransformerSettings> {

  private final CausalBackbone backbone;
  private final DepthTransformer depth;

  /**
   * Declares the network.
   *
   * @param codebooks the frozen codebooks of its tokens; null in a plan
   */
  public RqTransformerNetwork(
      Parameters parameters, RqTransformerSettings settings, Codebooks codebooks) {
    super(parameters, settings, codebooks);
    Precision precision = precision(parameters, settings.precision());
    backbone = new CausalBackbone(parameters, settings.tokens(), settings.backbone(), precision);
    depth = new DepthTransformer(parameters, settings.tokens(), settings.depth(), precision);
  }

  /**
   * Negative log-likelihood of every token given the tokens before it.
   *
   * @param codes {@code [B, L, D]} int64
   * @param labels class or null class, {@code [B]} int64
   * @param training whether dropout applies
   * @return {@code [B·L, D]}
   */
  public NDArray losses(NDArray codes, NDArray labels, boolean training) {
    NDArray flat = flat(codes);
    NDArray prefixes = codebooks().prefixes(flat); // [B·L, D + 1, H]
    return depth.losses(
        hidden(prefixes, labels, training), scaled(prefixes), flat, training); // [B·L, D]
  }

  /** Logits of every token given the tokens before it: {@code [B, L, D] → [B·L, D, V]}. */
  public NDArray logits(NDArray codes, NDArray labels) {
    NDArray prefixes = codebooks().prefixes(flat(codes)); // [B·L, D + 1, H]
    return depth.logits(hidden(prefixes, labels, false), scaled(prefixes), false);
  }

  private NDArray flat(NDArray codes) {
    return codes.reshape(-1, settings().tokens().depth()); // [B·L, D]
  }

  private NDArray hidden(NDArray prefixes, NDArray labels, boolean training) {
    TokenShape t = settings().tokens();
    NDArray sums = prefixes.get(":, -1").reshape(-1, t.positions(), t.dimension()); // [B, L, H]
    return backbone.hidden(sums, labels, training).reshape(-1, settings().backbone().width());
  }

  private NDArray scaled(NDArray prefixes) {
    return prefixes.get(":, :-1").mul(backbone.inputScale()); // [B·L, D, H]
  }

  /** Makes ready to draw positions' codes; the parameters must not change meanwhile. */
  public DepthTransformer.Drawing drawing() {
    return depth.drawing(backbone.inputScale(), codebooks());
  }

  /**
   * Floating-point operations of one sample's matrix products, two for each multiply-add.
   *
   * @param guided whether everything runs with and without class
   */
  public double flops(boolean guided) {
    TokenShape t = settings().tokens();
    return (guided ? 2 : 1) * (backbone.flops() + t.positions() * depth.flops(t));
  }

  /** Starts what depends on the data: the input's scale. */
  public void start(TokenStatistics statistics) {
    backbone.start(statistics);
  }

  /** The part over positions. */
  public CausalBackbone backbone() {
    return backbone;
  }
}
