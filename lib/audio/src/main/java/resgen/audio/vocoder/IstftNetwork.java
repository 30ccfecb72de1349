package resgen.audio.vocoder;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import resgen.audio.ConvNext;
import resgen.audio.MelTransform;
import resgen.audio.SoundKernel;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/**
 * Magnitudes and phases of a short-time spectrum from a log-mel spectrogram, frame for frame, by
 * ConvNeXt blocks at the frame rate, and the inverse transform of them (Siuzdak 2024, "Vocos").
 */
final class IstftNetwork {

  private final Kernel kernel; // null in a plan
  private final Kernel convolution;
  private final MelTransform transform;
  private final int hop;
  private final List<UnaryOperator<NDArray>> layers = new ArrayList<>();

  /**
   * Declares the network.
   *
   * @param transform for spectra of the settings; not used in a plan
   */
  IstftNetwork(
      Parameters parameters, IstftSettings s, MelTransform transform, Precision precision) {
    boolean plan = parameters.manager() == null;
    kernel = plan ? null : SoundKernel.of("wave", precision);
    convolution = plan ? null : SoundKernel.of("conv1d", precision);
    this.transform = transform;
    hop = s.mel().hop();
    int width = s.width();
    layers.add(embed(parameters.scope("in"), s));
    layers.add(norm(parameters.scope("norm"), width));
    for (int i = 0; i < s.blocks(); i++) {
      layers.add(
          ConvNext.of(parameters.scope("block" + i), kernel, width, s.expansion(), s.kernel()));
    }
    layers.add(norm(parameters.scope("last"), width));
    NDArray out = parameters.add("out.weight", Init.fanIn(width), 2L * s.mel().bins(), width);
    layers.add(x -> kernel.call("project", x, out).head());
  }

  private UnaryOperator<NDArray> embed(Parameters p, IstftSettings s) {
    int size = s.kernel();
    int mels = s.mel().mels();
    NDArray weight = p.add("weight", Init.fanIn((long) mels * size), s.width(), mels, size);
    NDArray bias = p.add("bias", Init.zeros(), s.width());
    return x ->
        convolution.call("conv", x.swapAxes(1, 2), weight, bias, 1, size / 2).head().swapAxes(1, 2);
  }

  private UnaryOperator<NDArray> norm(Parameters p, int width) {
    NDArray gain = p.add("weight", Init.constant(1), width);
    NDArray offset = p.add("bias", Init.zeros(), width);
    return x -> kernel.call("norm", x, gain, offset).head();
  }

  /** Normalised log-mel spectrograms {@code [B, F, M]} to sounds {@code [B, (F − 1)·hop]}. */
  NDArray sound(NDArray mels) {
    NDArray x = mels;
    for (UnaryOperator<NDArray> layer : layers) {
      x = layer.apply(x);
    }
    NDArray bins = kernel.call("bins", kernel.call("polar", x).head()).head(); // [B, K, F, 2]
    return transform.istft(bins, Math.toIntExact((mels.getShape().get(1) - 1) * hop));
  }
}
