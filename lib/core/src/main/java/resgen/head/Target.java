package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import resgen.mask.Mask;
import resgen.quantize.Codebooks;
import resgen.torch.Kernel;

/**
 * Tokens under a mask: what the network sees, and what it is to predict (paper, section 3.2).
 *
 * @param codes {@code [B, L, D]} int64
 * @param mask of them
 * @param visibleSum Σ_j e(x_j; j) of the visible depths, {@code [B, L, H]}
 * @param maskedSum Σ_j e(x_j; j) of the masked depths, the target z, {@code [B, L, H]}
 * @param whole masks of the whole batch of which these samples are a part; losses are means over it
 * @param parts how many parts the batch has
 */
public record Target(
    NDArray codes, Mask mask, NDArray visibleSum, NDArray maskedSum, Mask whole, int parts) {

  /** Tokens that are their whole batch. */
  public static Target of(Codebooks codebooks, NDArray codes, Mask mask) {
    return of(codebooks, codes, mask, mask, 1);
  }

  /** Tokens that are one of some parts of a batch. */
  public static Target of(Codebooks codebooks, NDArray codes, Mask mask, Mask whole, int parts) {
    long b = codes.getShape().get(0);
    long l = codes.getShape().get(1);
    long d = codes.getShape().get(2);
    Codebooks.Sums sums = codebooks.sums(codes.reshape(b * l, d), mask.visible().reshape(b * l, d));
    int h = codebooks.dimension();
    return new Target(
        codes, mask, sums.visible().reshape(b, l, h), sums.masked().reshape(b, l, h), whole, parts);
  }

  /** The codes and the mask of the first depth, {@code [B, L, 1]}; sums are those of all. */
  Target first() {
    NDArray visible = mask.visible().get(":, :, :1");
    Mask own = new Mask(visible, mask.predicted().get(":, :, :1"));
    return new Target(codes.get(":, :, :1"), own, visibleSum, maskedSum, whole, parts);
  }

  /**
   * Σ over the tokens that are predicted, divided by their number in the whole batch and multiplied
   * by the number of parts: {@code [B, L, D] → []}.
   */
  public NDArray perToken(NDArray losses) {
    return Kernel.of("reduce").apply(losses, mask.predicted(), whole.tokens(), parts);
  }

  /**
   * Σ over the positions with a token that is predicted, divided by the number of predicted tokens
   * or of such positions in the whole batch, times the number of parts: {@code [B·L] → []}.
   */
  public NDArray perPosition(NDArray losses, boolean overTokens) {
    NDArray count = overTokens ? whole.tokens() : whole.positions();
    return Kernel.of("reduce").apply(losses, mask.active().reshape(-1), count, parts);
  }

  /** Σ over the tokens that are predicted: {@code [B, L, D] → []}. */
  public NDArray sumOfTokens(NDArray losses) {
    return sum(losses, mask.predicted());
  }

  /** Σ over the positions with a token that is predicted: {@code [B·L] → []}. */
  public NDArray sumOfPositions(NDArray losses) {
    return sum(losses, mask.active().reshape(-1));
  }

  private static NDArray sum(NDArray losses, NDArray where) {
    NDArray one = losses.getManager().ones(new Shape());
    return Kernel.of("reduce").apply(losses, where, one, 1);
  }

  /** {@code [B, L, …] → [B·L, …]}. */
  static NDArray rows(NDArray x) {
    return x.reshape(-1, x.getShape().get(2));
  }
}
