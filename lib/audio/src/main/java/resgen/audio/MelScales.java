package resgen.audio;

import ai.djl.ndarray.NDArray;
import java.util.List;
import resgen.settings.Range;
import resgen.torch.Torch;

/** How far sounds are apart on several scales of log-mel spectrograms, as a loss. */
public final class MelScales implements AutoCloseable {

  private final List<MelTransform> transforms;

  /** Scales at a rate in Hz. */
  public MelScales(List<MelScale> scales, int rate) {
    transforms = scales.stream().map(scale -> new MelTransform(scale.settings(rate))).toList();
  }

  /**
   * Refuses what cannot be scales.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static void check(List<MelScale> scales, int rate) {
    Range.require(!scales.isEmpty() && scales.size() <= 16, "scales", scales, "1 … 16");
    scales.forEach(scale -> scale.settings(rate));
  }

  /**
   * The mean absolute difference in nats, averaged over scales; with gradients.
   *
   * @param some {@code [B, T]}
   * @param others {@code [B, T]}
   * @return a scalar
   */
  public NDArray apart(NDArray some, NDArray others) {
    NDArray sum = null;
    for (MelTransform scale : transforms) {
      NDArray apart = scale.logMel(some).sub(scale.logMel(others)).abs().mean();
      sum = sum == null ? apart : sum.add(apart);
    }
    return Torch.scale(sum, 1.0 / transforms.size());
  }

  @Override
  public void close() {
    transforms.forEach(MelTransform::close);
  }
}
