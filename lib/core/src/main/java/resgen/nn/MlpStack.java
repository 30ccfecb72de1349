package resgen.nn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import resgen.torch.Kernel;
import resgen.torch.Precision;

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
      if (blocks < 1 || expansion < 1) {
        throw new IllegalArgumentException(
            "blocks " + blocks + " and expansion " + expansion + " must be at least 1");
      }
    }
  }

  private final Kernel kernel;
  private final NDArray norm; // [levels, 2, W]
  private final List<NDArray> weights = new ArrayList<>(); // [levels, 3, W], up, down of each block

  /** Declares the stack's parameters. */
  public MlpStack(
      Parameters parameters, Settings settings, int width, int levels, Precision precision) {
    kernel = Parts.kernel(parameters, "mlp_stack", precision);
    long hidden = (long) width * settings.expansion();
    for (int i = 0; i < settings.blocks(); i++) {
      Parameters p = parameters.scope("block" + i);
      weights.add(p.add("modulation", gates(settings.gate(), width), levels, 3, width));
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
    return kernel.apply(x, level, weights, norm);
  }
}
