package resgen.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import resgen.settings.Range;
import resgen.token.Layout;
import resgen.torch.Breaks;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;

/**
 * A stack of pre-norm transformer blocks whose adaptive norms hold parameters instead of linear
 * layers, after one shared conditioning network.
 *
 * <p>Each block's shift, scale and gate, for attention and for the MLP, are six zero-initialised
 * vectors to which the shared modulation is added; the final norm has two more. No biases in
 * attention and MLP, GELU in its tanh form, rotary positions.
 */
public final class Transformer {

  /**
   * Sizes of the stack.
   *
   * @param width the model width, a multiple of {@code 4·heads}
   * @param layers how many blocks
   * @param heads attention heads
   * @param expansion the MLP's hidden width over the width
   * @param gate what the gates of the residual branches start at; 0 in the paper
   * @param dropout dropped share of the residual branches in training
   * @param recompute true to keep only the blocks' inputs in training and compute the blocks anew
   *     in the backward pass: the same gradients in less memory and more time
   */
  public record Settings(
      int width,
      int layers,
      int heads,
      int expansion,
      double gate,
      double dropout,
      boolean recompute) {
    public Settings {
      Range.check("width", width, 1, 65_536);
      Range.check("heads", heads, 1, 65_536);
      Range.check("layers", layers, 1, 1000);
      Range.check("expansion", expansion, 1, 1000);
      if (width % (4 * heads) != 0) {
        throw new IllegalArgumentException(
            "width " + width + " is not a multiple of 4 × heads = " + 4L * heads);
      }
      if (!(dropout >= 0 && dropout < 1)) {
        throw new IllegalArgumentException("dropout " + dropout + " is not in [0, 1)");
      }
    }

    /** Sizes with the usual expansion of 4, no dropout and no recomputation. */
    public static Settings of(int width, int layers, int heads) {
      return new Settings(width, layers, heads, 4, 0, 0, false);
    }

    /** With other starts of the gates. */
    public Settings gate(double start) {
      return new Settings(width, layers, heads, expansion, start, dropout, recompute);
    }

    /** With blocks computed anew in the backward pass, or not. */
    public Settings recompute(boolean on) {
      return new Settings(width, layers, heads, expansion, gate, dropout, on);
    }

    /** With dropout. */
    public Settings dropout(double share) {
      return new Settings(width, layers, heads, expansion, gate, share, recompute);
    }

    /** With another number of blocks. */
    public Settings layers(int count) {
      return new Settings(width, count, heads, expansion, gate, dropout, recompute);
    }

    /**
     * Floating-point operations of the stack's matrix products, two for each multiply-add.
     *
     * @param positions how many run through it
     * @param pairs query and key pairs of attention in one block, over all positions
     */
    public double flops(double positions, double pairs) {
      double matrices = (4.0 + 2 * expansion) * width * width;
      return 2.0 * layers * (positions * matrices + 2 * pairs * width);
    }

    /** The width of one head. */
    public int headWidth() {
      return width / heads;
    }
  }

  final Settings settings;
  final Precision precision;
  final List<List<NDArray>> blocks = new ArrayList<>(); // bias, qkv, out, up, down of each
  final NDArray finalBias; // [2, W]
  final boolean causal;
  private final Kernel kernel;
  private final NDArray whole; // no lengths: [0]; null in a plan

  /** Declares the stack's parameters. */
  public Transformer(
      Parameters parameters, Settings settings, boolean causal, Precision precision) {
    this.settings = settings;
    this.causal = causal;
    this.precision = precision;
    boolean plan = parameters.manager() == null;
    whole = plan ? null : parameters.manager().zeros(new Shape(0), DataType.INT64);
    kernel = Parts.kernel(parameters, "block", precision);
    int w = settings.width();
    int hidden = w * settings.expansion();
    for (int i = 0; i < settings.layers(); i++) {
      Parameters p = parameters.scope("block" + i);
      blocks.add(
          Arrays.asList(
              p.add("modulation", gates(settings.gate(), w), 6, w),
              p.add("qkv", Init.fanIn(w), 3L * w, w),
              p.add("out", Init.fanIn(w), w, w),
              p.add("up", Init.fanIn(w), hidden, w),
              p.add("down", Init.fanIn(hidden), w, hidden)));
    }
    finalBias = parameters.add("norm", Init.zeros(), 2, w);
  }

  private static Init gates(double start, int width) {
    return (noise, values) -> {
      Arrays.fill(values, 2 * width, 3 * width, (float) start);
      Arrays.fill(values, 5 * width, 6 * width, (float) start);
    };
  }

  /**
   * Runs the stack and its final norm.
   *
   * @param x {@code [B, L, W]}
   * @param modulation {@code [B, 1 or L, 8, W]}: six rows for the blocks, two for the final norm
   * @param rotary tables of L positions
   * @param lengths of the sequences, {@code [B]} int64: nothing attends to what is behind their
   *     end; null if all have length L
   * @param training whether dropout applies
   * @return {@code [B, L, W]}
   */
  public NDArray apply(
      NDArray x, NDArray modulation, Rotary rotary, NDArray lengths, boolean training) {
    BatchPart part = BatchPart.whole(x.getShape().get(0), training);
    return apply(x, modulation, rotary, lengths, part);
  }

  /**
   * The same of a part of a batch.
   *
   * @param part which samples x holds
   */
  public NDArray apply(
      NDArray x, NDArray modulation, Rotary rotary, NDArray lengths, BatchPart part) {
    NDArray ends = lengths == null ? whole : lengths;
    boolean training = part.batch() > 0;
    double dropout = training ? settings.dropout() : 0;
    if (training && settings.recompute() && Torch.recordsGradients()) {
      List<BinaryOperator<NDArray>> steps = new ArrayList<>();
      blocks.forEach(b -> steps.add((h, m) -> block(b, h, m, rotary, ends, dropout, part)));
      Recompute chain = new Recompute(x, modulation, steps, dropout > 0);
      return kernel.call("finish", chain.output(), chain.shared(), finalBias).head();
    }
    NDArray h = x;
    for (List<NDArray> b : blocks) {
      Breaks.here();
      h = block(b, h, modulation, rotary, ends, dropout, part);
    }
    return kernel.call("finish", h, modulation, finalBias).head();
  }

  private NDArray block(
      List<NDArray> weights,
      NDArray x,
      NDArray modulation,
      Rotary rotary,
      NDArray lengths,
      double dropout,
      BatchPart part) {
    return kernel.apply(
        x,
        modulation,
        weights,
        rotary.cos(),
        rotary.sin(),
        settings.heads(),
        causal,
        lengths,
        dropout,
        part.from(),
        part.batch());
  }

  /** Rotary tables of this stack's head width. */
  public Rotary rotary(NDManager manager, Layout layout) {
    return layout instanceof Layout.Grid grid
        ? Rotary.grid(manager, grid.height(), grid.width(), settings.headWidth())
        : Rotary.line(manager, layout.positions(), settings.headWidth());
  }
}
