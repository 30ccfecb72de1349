package resgen.reference;

import java.util.Arrays;
import java.util.List;
import resgen.mask.Schedule;
import resgen.noise.Noise;

/**
 * The masks of one training batch. For each sample: {@code r ~ U[0,1)}, {@code n = ⌈γ(r)·L·D⌉}
 * within 1..L·D, split over the positions by the hypergeometric law (paper, Section 3.1).
 *
 * @param masks one mask per sample, all of the same shape
 */
public record MaskBatch(List<DepthMask> masks) {

  public MaskBatch {
    masks = List.copyOf(masks);
    if (masks.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one mask");
    }
    DepthMask first = masks.get(0);
    for (DepthMask mask : masks) {
      if (mask.positions() != first.positions() || mask.depths() != first.depths()) {
        throw new IllegalArgumentException("masks of different shapes in one batch");
      }
    }
  }

  /**
   * Draws the masks of training step {@code step}. Sample b uses the stream {@code (step, b)} of
   * the noise, so a resumed run and a run in smaller parts draw the same masks.
   */
  public static MaskBatch draw(
      Schedule schedule, int batch, int positions, int depths, Noise noise, long step) {
    DepthMask[] masks = new DepthMask[batch];
    for (int b = 0; b < batch; b++) {
      masks[b] = drawOne(schedule, positions, depths, noise.stream(step, b));
    }
    return new MaskBatch(List.of(masks));
  }

  /** One training mask from a stream of its own. */
  public static DepthMask drawOne(
      Schedule schedule, int positions, int depths, Noise.Stream noise) {
    int masked = schedule.trainingCount(noise.nextDouble(), positions * depths);
    return Hypergeometric.mask(positions, depths, masked, noise);
  }

  /** B. */
  public int size() {
    return masks.size();
  }

  /** Visible depths, flattened {@code [B, L]}. */
  public int[] visible() {
    return masks.stream().flatMapToInt(m -> Arrays.stream(m.visibleCounts())).toArray();
  }

  /** 1 where visible and 0 where masked, flattened {@code [B, L, D]}. */
  public float[] bits() {
    int positions = masks.get(0).positions();
    int depths = masks.get(0).depths();
    float[] bits = new float[size() * positions * depths];
    for (int b = 0; b < size(); b++) {
      for (int i = 0; i < positions; i++) {
        int from = (b * positions + i) * depths;
        Arrays.fill(bits, from, from + masks.get(b).visible(i), 1f);
      }
    }
    return bits;
  }

  /** Masked tokens per sample, {@code [B]}. */
  public int[] maskedTotals() {
    return masks.stream().mapToInt(DepthMask::totalMasked).toArray();
  }

  /** Masked tokens in the whole batch. */
  public int totalMasked() {
    return Arrays.stream(maskedTotals()).sum();
  }
}
