package resgen.audio;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Kernel;

/** A ConvNeXt block over frames (Liu et al. 2022), by the kernel {@code wave.py}. */
public final class ConvNext {

  private ConvNext() {}

  /**
   * Declares a block. Its last layer starts small, so that the block starts near x.
   *
   * @param kernel {@code wave}; not used in a plan
   * @param width C
   * @param expansion how many times wider it is inside
   * @param size frames that its depthwise convolution reads, odd
   * @return {@code [B, F, C] → [B, F, C]}
   */
  public static UnaryOperator<NDArray> of(
      Parameters p, Kernel kernel, int width, int expansion, int size) {
    int wide = expansion * width;
    NDArray w = p.add("depthwise.weight", Init.fanIn(size), width, 1, size);
    NDArray b = p.add("depthwise.bias", Init.zeros(), width);
    NDArray g = p.add("norm.weight", Init.constant(1), width);
    NDArray o = p.add("norm.bias", Init.zeros(), width);
    NDArray up = p.add("up.weight", Init.fanIn(width), wide, width);
    NDArray bu = p.add("up.bias", Init.zeros(), wide);
    NDArray down = p.add("down.weight", Init.normal(0.1 / Math.sqrt(wide)), width, wide);
    NDArray bd = p.add("down.bias", Init.zeros(), width);
    return x -> kernel.call("block", x, w, b, g, o, up, bu, down, bd).head();
  }
}
