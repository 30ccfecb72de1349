package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.nn.Parts;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/**
 * One softmax over the codes of every depth, all from the same hidden state. Log-softmax and what
 * follows are in float32.
 */
public final class CategoricalHead {

  /**
   * Drawn codes.
   *
   * @param codes {@code [N, k]} int64
   * @param logProbability what the head gave each, before temperature and filter, {@code [N, k]}
   */
  public record Draw(NDArray codes, NDArray logProbability) {}

  private final Kernel kernel;
  private final NDArray weight; // [D, V, W]
  private final NDArray bias; // [D, V]

  /** Declares {@code weight} and {@code bias}. */
  public CategoricalHead(
      Parameters parameters, int width, int depth, int codes, Precision precision) {
    kernel = Parts.kernel(parameters, "categorical", precision);
    weight = parameters.add("weight", Init.normal(0.02), depth, codes, width);
    bias = parameters.add("bias", Init.zeros(), depth, codes);
  }

  /** Logits of all depths: {@code [N, W] → [N, D, V]}. */
  public NDArray logits(NDArray hidden) {
    return kernel.call("logits", hidden, weight, bias).head();
  }

  /**
   * −log p of the codes of all masked depths, and 0 at the visible ones.
   *
   * @param hidden {@code [N, W]}
   * @param codes {@code [N, D]} int64
   * @param visible how many depths are visible, {@code [N]}, or which, {@code [N, D]} of 0 and 1;
   *     int64
   * @return {@code [N, D]}
   */
  public NDArray losses(NDArray hidden, NDArray codes, NDArray visible) {
    return kernel.apply(hidden, codes, visible, weight, bias);
  }

  /**
   * −log p of a code of one depth at each position.
   *
   * @param hidden {@code [N, W]}
   * @param codes {@code [N]} int64
   * @param depth from 0, {@code [N]} int64
   * @return {@code [N]}
   */
  public NDArray lossesAt(NDArray hidden, NDArray codes, NDArray depth) {
    return kernel.call("at", hidden, codes, depth, weight, bias).head();
  }

  /**
   * Draws codes of k depths from {@code first} on, each by itself: logits are divided by the
   * temperature, then the likeliest codes of mass {@code topP} are kept, the one that crosses the
   * threshold included.
   *
   * @param hidden {@code [N, W]}
   * @param uniform one number in [0, 1) per code, {@code [N, k]}
   */
  public Draw draw(NDArray hidden, NDArray uniform, int first, double topP, double temperature) {
    NDList parts = kernel.infer("draw", hidden, uniform, weight, bias, first, topP, temperature);
    return new Draw(parts.get(0), parts.get(1));
  }
}
