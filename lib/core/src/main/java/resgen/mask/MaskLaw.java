package resgen.mask;

import java.util.ArrayList;
import java.util.List;
import resgen.noise.Noise;

/** Which tokens are masked when their number is given. */
public enum MaskLaw {
  /** The deepest of each position, their numbers hypergeometric: the paper's masks. */
  PREFIX {
    @Override
    public TokenMask draw(int positions, int depths, int masked, Noise.Stream noise) {
      return Hypergeometric.mask(positions, depths, masked, noise);
    }
  },
  /** Any, every set equally likely. */
  UNIFORM {
    @Override
    public TokenMask draw(int positions, int depths, int masked, Noise.Stream noise) {
      return FreeMask.draw(positions, depths, masked, noise);
    }
  };

  /** A mask of {@code masked} tokens in all. */
  public abstract TokenMask draw(int positions, int depths, int masked, Noise.Stream noise);

  /**
   * The masks of a training batch: {@code r ~ U[0,1)} and {@code ⌈γ(r)·L·D⌉} tokens each. Sample b
   * uses the stream {@code (step, b)} of the noise, as in {@link MaskBatch#draw}.
   */
  public List<TokenMask> batch(
      Schedule schedule, int batch, int positions, int depths, Noise noise, long step) {
    List<TokenMask> masks = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      Noise.Stream stream = noise.stream(step, b);
      int masked = schedule.trainingCount(stream.nextDouble(), positions * depths);
      masks.add(draw(positions, depths, masked, stream));
    }
    return masks;
  }
}
