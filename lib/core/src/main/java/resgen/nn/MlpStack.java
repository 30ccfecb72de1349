package resgen.nn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import resgen.settings.Range;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.TensorList;

/**
 * Residual MLP blocks over single vectors, whose adaptive norms hold a table by level: how many
 * depths are still masked. No biases, GELU in its tanh form; a final adaptive norm.
 */
public final class MlpStack {

  /**
   * Sizes of the stack.
   *
   * @param blocks how many
   * @param expansion a block's hidden width over the width
   * @param gate what the gates of the residual branches start at
   */
  public record Settings(int blocks, int expansion, double gate) {
    public Settings {
      Range.check("blocks", blocks, 1, 1000);
      Range.check("expansion", expansion, 1, 1000);
    }
  }

  private final Kernel kernel;
  private final Precision precision;
  private final List<NDArray> tables = new ArrayList<>(); // [levels, 3, W] of each block
  private final List<NDArray> weights = new ArrayList<>(); // up and down of each block
  private final NDArray norm; // [levels, 2, W]

  /** Declares the stack's parameters. */
  public MlpStack(
      Parameters parameters, Settings settings, int width, int levels, Precision precision) {
    this.precision = precision;
    kernel = Parts.kernel(parameters, "mlp_stack", precision);
    long hidden = (long) width * settings.expansion();
    for (int i = 0; i < settings.blocks(); i++) {
      Parameters p = parameters.scope("block" + i);
      tables.add(p.add("modulation", gates(settings.gate(), width), levels, 3, width));
      weights.add(p.add("up", Init.fanIn(width), hidden, width));
      weights.add(p.add("down", Init.fanIn(hidden), width, hidden));
    }
    norm = parameters.add("norm", Init.zeros(), levels, 2, width);
  }

  private static Init gates(double start, int width) {
    return (noise, values) -> {
      for (int from = 2 * width; from < values.length; from += 3 * width) {
        java.util.Arrays.fill(values, from, from + width, (float) start);
      }
    };
  }

  /**
   * Runs the stack.
   *
   * @param x {@code [N, W]}
   * @param level {@code [N]} int64
   * @return {@code [N, W]}
   */
  public NDArray apply(NDArray x, NDArray level) {
    return kernel.apply(x, level, tables, weights, norm);
  }

  /**
   * The blocks' matrices for {@link #single}, in the number format of their products; in bfloat16
   * they are copies. The caller closes them.
   */
  public TensorList weights() {
    return TensorList.of(weights, precision);
  }

  /**
   * Runs a linear layer, a sum and the stack for vectors of the same level in one kernel call,
   * without gradients.
   *
   * @param hidden what is added to the layer's output, {@code [N, W]}
   * @param in the layer's input, {@code [N, H]}
   * @param scale factor of the input, {@code [1]}
   * @param matrices of {@link #weights()}
   * @return {@code [N, W]}
   */
  public NDArray single(
      NDArray hidden, NDArray in, NDArray scale, Linear layer, int level, TensorList matrices) {
    return kernel
        .infer(
            "single",
            hidden,
            in,
            scale,
            layer.weight(),
            layer.bias(),
            level,
            tables,
            matrices,
            norm)
        .head();
  }
}
