package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import resgen.mask.DepthMask;
import resgen.mask.TokenMask;
import resgen.torch.Torch;

/**
 * Masks as the kernels take them: of prefixes, how many depths are visible at each of N positions,
 * {@code [N]}; of free masks, which are, {@code [N, D]} of 0 and 1; int64.
 */
final class VisibleTokens {

  private VisibleTokens() {}

  /** Masks of one kind, {@code [B·L]} or {@code [B·L, D]}. */
  static NDArray of(NDManager manager, List<TokenMask> masks) {
    int l = masks.get(0).positions();
    int d = masks.get(0).depths();
    int n = masks.size() * l;
    if (masks.get(0) instanceof DepthMask) {
      int[] counts = new int[n];
      for (int i = 0; i < n; i++) {
        counts[i] = masks.get(i / l).shallowestMasked(i % l);
      }
      return Torch.longs(manager, counts, n);
    }
    int[] bits = new int[n * d];
    for (int t = 0; t < bits.length; t++) {
      bits[t] = masks.get(t / (l * d)).isVisible(t / d % l, t % d) ? 1 : 0;
    }
    return Torch.longs(manager, bits, n, d);
  }

  /** {@code [B·L] → [B, L]} or {@code [B·L, D] → [B, L, D]}. */
  static NDArray perPosition(NDArray visible, long batch, long positions) {
    return visible.getShape().dimension() == 1
        ? visible.reshape(batch, positions)
        : visible.reshape(batch, positions, visible.getShape().get(1));
  }
}
