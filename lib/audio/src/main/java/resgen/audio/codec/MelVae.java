package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import resgen.audio.SoundKernel;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/**
 * A convolutional autoencoder of normalised log-mel spectrograms in one dimension: residual blocks
 * with group norm, halvings and doublings of the frame rate, ConvNeXt blocks at the decoder's end
 * (after CLaM-TTS, Kim et al. 2024, whose sizes were not published).
 */
final class MelVae implements Autoencoder {

  /** A part of the network. */
  private interface Layer {
    NDArray apply(NDArray x);
  }

  private final Kernel kernel; // null in a plan
  private final List<Layer> encoder = new ArrayList<>();
  private final List<Layer> decoder = new ArrayList<>();

  /** Declares the network. */
  MelVae(Parameters parameters, MelVaeSettings s, Precision precision) {
    kernel = parameters.manager() == null ? null : SoundKernel.of("conv1d", precision);
    int mels = s.mel().mels();
    int h = s.quantizer().dimension();
    List<Integer> widths = s.widths();
    int levels = widths.size();
    int deepest = widths.get(levels - 1);
    Parameters e = parameters.scope("encoder");
    encoder.add(conv(e.scope("in"), mels, widths.get(0), 7, 1));
    for (int i = 0; i < levels; i++) {
      blocks(encoder, e.scope("level" + i), s, widths.get(i));
      int next = i + 1 < levels ? widths.get(i + 1) : deepest;
      encoder.add(conv(e.scope("down" + i), widths.get(i), next, 4, 2));
    }
    encoder.add(activate(e.scope("norm"), deepest, s.groups()));
    encoder.add(conv(e.scope("latent"), deepest, h, 1, 1));
    Parameters d = parameters.scope("decoder");
    decoder.add(conv(d.scope("latent"), h, deepest, 3, 1));
    for (int i = levels - 1; i >= 0; i--) {
      int from = i + 1 < levels ? widths.get(i + 1) : deepest;
      decoder.add(enlarge(d.scope("up" + i), from, widths.get(i)));
      blocks(decoder, d.scope("level" + i), s, widths.get(i));
    }
    for (int i = 0; i < s.refine(); i++) {
      decoder.add(convNext(d.scope("refine" + i), widths.get(0)));
    }
    decoder.add(conv(d.scope("mel"), widths.get(0), mels, 1, 1));
  }

  private void blocks(List<Layer> into, Parameters p, MelVaeSettings s, int width) {
    for (int i = 0; i < s.blocks(); i++) {
      into.add(residual(p.scope("block" + i), width, s.groups()));
    }
  }

  private Layer conv(Parameters p, int in, int out, int size, int stride) {
    NDArray weight = p.add("weight", Init.fanIn((long) in * size), out, in, size);
    NDArray bias = p.add("bias", Init.zeros(), out);
    return x -> kernel.call("conv", x, weight, bias, stride, (size - 1) / 2).head();
  }

  private Layer enlarge(Parameters p, int in, int out) {
    NDArray weight = p.add("weight", Init.fanIn(in * 2L), in, out, 4);
    NDArray bias = p.add("bias", Init.zeros(), out);
    return x -> kernel.call("enlarge", x, weight, bias).head();
  }

  private Layer activate(Parameters p, int width, int groups) {
    NDArray gain = p.add("weight", Init.constant(1), width);
    NDArray bias = p.add("bias", Init.zeros(), width);
    return x -> kernel.call("activate", x, gain, bias, groups).head();
  }

  /** Its last convolution starts small, so that the block starts near x. */
  private Layer residual(Parameters p, int width, int groups) {
    long fan = width * 3L;
    NDArray g1 = p.add("norm1.weight", Init.constant(1), width);
    NDArray o1 = p.add("norm1.bias", Init.zeros(), width);
    NDArray w1 = p.add("conv1.weight", Init.fanIn(fan), width, width, 3);
    NDArray b1 = p.add("conv1.bias", Init.zeros(), width);
    NDArray g2 = p.add("norm2.weight", Init.constant(1), width);
    NDArray o2 = p.add("norm2.bias", Init.zeros(), width);
    NDArray w2 = p.add("conv2.weight", Init.normal(0.1 / Math.sqrt(fan)), width, width, 3);
    NDArray b2 = p.add("conv2.bias", Init.zeros(), width);
    return x -> kernel.call("residual", x, g1, o1, w1, b1, g2, o2, w2, b2, groups).head();
  }

  private Layer convNext(Parameters p, int width) {
    int wide = 3 * width;
    NDArray w = p.add("depthwise.weight", Init.fanIn(7), width, 1, 7);
    NDArray b = p.add("depthwise.bias", Init.zeros(), width);
    NDArray g = p.add("norm.weight", Init.constant(1), width);
    NDArray o = p.add("norm.bias", Init.zeros(), width);
    NDArray up = p.add("up.weight", Init.fanIn(width), wide, width);
    NDArray bu = p.add("up.bias", Init.zeros(), wide);
    NDArray down = p.add("down.weight", Init.fanIn(wide), width, wide);
    NDArray bd = p.add("down.bias", Init.zeros(), width);
    NDArray gain = p.add("gain", Init.constant(0.1), width);
    return x -> kernel.call("convnext", x, w, b, g, o, up, bu, down, bd, gain).head();
  }

  private static NDArray through(List<Layer> layers, NDArray x) {
    NDArray h = x;
    for (Layer layer : layers) {
      h = layer.apply(h);
    }
    return h;
  }

  /** {@code [B, T, M] → [B, T/stride, H]}. */
  @Override
  public NDArray encode(NDArray mels) {
    return through(encoder, mels.swapAxes(1, 2)).swapAxes(1, 2);
  }

  /** {@code [B, L, H] → [B, stride·L, M]}. */
  @Override
  public NDArray decode(NDArray latents) {
    return through(decoder, latents.swapAxes(1, 2)).swapAxes(1, 2);
  }
}
