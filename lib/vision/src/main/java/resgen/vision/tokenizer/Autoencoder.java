package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import resgen.nn.Conv;
import resgen.nn.GroupNormSilu;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.nn.ResidualConv;
import resgen.torch.Precision;

/**
 * A convolutional encoder and decoder with residual blocks and group norm, without attention
 * (paper, appendix on the image tokenizer).
 */
public final class Autoencoder {

  private final List<Conv> down = new ArrayList<>();
  private final List<List<ResidualConv>> encoderBlocks = new ArrayList<>();
  private final GroupNormSilu encoderNorm;
  private final Conv toLatent;
  private final Conv fromLatent;
  private final List<List<ResidualConv>> decoderBlocks = new ArrayList<>();
  private final List<Conv> up = new ArrayList<>();
  private final GroupNormSilu decoderNorm;
  private final Conv enlarge;
  private final Conv toImage;

  /** Declares the network. */
  public Autoencoder(Parameters parameters, AutoencoderSettings s, Precision precision) {
    List<Integer> widths = s.widths();
    int levels = widths.size();
    int last = widths.get(levels - 1);
    int first = widths.get(0);
    Parameters e = parameters.scope("encoder");
    for (int i = 0; i < levels; i++) {
      int in = i == 0 ? s.channels() : widths.get(i - 1);
      down.add(new Conv(e.scope("down" + i), in, widths.get(i), 4, 2, precision));
      encoderBlocks.add(blocks(e.scope("level" + i), s, widths.get(i), precision));
    }
    encoderNorm = new GroupNormSilu(e.scope("norm"), last, s.groups());
    toLatent = new Conv(e.scope("latent"), last, s.latent(), 1, 1, Precision.FP32);
    Parameters d = parameters.scope("decoder");
    fromLatent = new Conv(d.scope("latent"), s.latent(), last, 3, 1, precision);
    for (int i = levels - 1; i >= 0; i--) {
      decoderBlocks.add(blocks(d.scope("level" + i), s, widths.get(i), precision));
      if (i > 0) {
        up.add(new Conv(d.scope("up" + i), widths.get(i), widths.get(i - 1), 3, 1, precision));
      }
    }
    decoderNorm = new GroupNormSilu(d.scope("norm"), first, s.groups());
    int fine = Math.max(16, first / 2);
    enlarge = new Conv(d.scope("enlarge"), first, 4 * fine, 3, 1, precision);
    toImage =
        new Conv(
            d.scope("image"),
            fine,
            s.channels(),
            3,
            1,
            Init.normal(0.5 / Math.sqrt(9.0 * fine)),
            precision);
  }

  private static List<ResidualConv> blocks(
      Parameters p, AutoencoderSettings s, int width, Precision precision) {
    List<ResidualConv> blocks = new ArrayList<>();
    for (int i = 0; i < s.blocks(); i++) {
      blocks.add(new ResidualConv(p.scope("block" + i), width, s.groups(), precision));
    }
    return blocks;
  }

  /** {@code [B, C, S, S] → [B, L, H]}: latents by position, in row order. */
  public NDArray encode(NDArray images) {
    NDArray h = images;
    for (int i = 0; i < down.size(); i++) {
      h = down.get(i).apply(h);
      for (ResidualConv block : encoderBlocks.get(i)) {
        h = block.apply(h);
      }
    }
    NDArray latent = toLatent.apply(encoderNorm.apply(h)); // [B, H, g, g]
    return latent.flatten(2, 3).swapAxes(1, 2); // [B, L, H]
  }

  /** {@code [B, L, H] → [B, C, S, S]}. */
  public NDArray decode(NDArray latents) {
    long batch = latents.getShape().get(0);
    long dimension = latents.getShape().get(2);
    long grid = Math.round(Math.sqrt(latents.getShape().get(1)));
    NDArray h = fromLatent.apply(latents.swapAxes(1, 2).reshape(batch, dimension, grid, grid));
    for (int i = 0; i < decoderBlocks.size(); i++) {
      for (ResidualConv block : decoderBlocks.get(i)) {
        h = block.apply(h);
      }
      if (i < up.size()) {
        h = up.get(i).enlarge(h);
      }
    }
    return toImage.apply(enlarge.shuffle(decoderNorm.apply(h))); // [B, C, S, S]
  }
}
