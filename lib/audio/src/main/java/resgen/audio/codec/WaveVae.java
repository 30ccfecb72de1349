package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import resgen.audio.ConvNext;
import resgen.audio.SoundKernel;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/**
 * The waveform RVQ-VAE's network (the paper's appendix): short-time spectra through levels of
 * ConvNeXt blocks, each of which ends in a convolution whose kernel is its stride, to latents; the
 * same backwards to magnitudes and phases.
 */
final class WaveVae implements Autoencoder {

  private final Kernel kernel; // null in a plan
  private final ShortFourier fourier; // null in a plan
  private final WaveVaeSettings settings;
  private final List<UnaryOperator<NDArray>> encoder = new ArrayList<>();
  private final List<UnaryOperator<NDArray>> decoder = new ArrayList<>();

  /** Declares the network. */
  WaveVae(Parameters parameters, WaveVaeSettings s, Precision precision) {
    boolean plan = parameters.manager() == null;
    kernel = plan ? null : SoundKernel.of("wave", precision);
    fourier = plan ? null : new ShortFourier(parameters.manager(), s.window(), s.hop());
    settings = s;
    int channels = s.window() + 2;
    int h = s.quantizer().dimension();
    List<Integer> widths = s.widths();
    int levels = widths.size();
    Parameters e = parameters.scope("encoder");
    encoder.add(project(e, "in.weight", channels, widths.get(0)));
    for (int i = 0; i < levels; i++) {
      int next = i + 1 < levels ? widths.get(i + 1) : h;
      blocks(encoder, e.scope("level" + i), widths.get(i));
      encoder.add(narrow(e.scope("down" + i), widths.get(i), next, s.strides().get(i)));
    }
    Parameters d = parameters.scope("decoder");
    for (int i = levels - 1; i >= 0; i--) {
      int from = i + 1 < levels ? widths.get(i + 1) : h;
      decoder.add(widen(d.scope("up" + i), from, widths.get(i), s.strides().get(i)));
      blocks(decoder, d.scope("level" + i), widths.get(i));
    }
    decoder.add(project(d, "out.weight", widths.get(0), channels));
  }

  private void blocks(List<UnaryOperator<NDArray>> into, Parameters p, int width) {
    for (int i = 0; i < settings.blocks(); i++) {
      into.add(
          ConvNext.of(
              p.scope("block" + i), kernel, width, settings.expansion(), settings.kernel()));
    }
  }

  private UnaryOperator<NDArray> project(Parameters p, String name, int in, int out) {
    NDArray weight = p.add(name, Init.fanIn(in), out, in);
    return x -> kernel.call("project", x, weight).head();
  }

  private UnaryOperator<NDArray> narrow(Parameters p, int in, int out, int stride) {
    long fan = (long) stride * in;
    NDArray weight = p.add("weight", Init.fanIn(fan), out, fan);
    return x -> kernel.call("narrow_by", x, weight, stride).head();
  }

  private UnaryOperator<NDArray> widen(Parameters p, int in, int out, int stride) {
    NDArray weight = p.add("weight", Init.fanIn(in), (long) stride * out, in);
    return x -> kernel.call("widen_by", x, weight, stride).head();
  }

  private static NDArray through(List<UnaryOperator<NDArray>> layers, NDArray x) {
    NDArray h = x;
    for (UnaryOperator<NDArray> layer : layers) {
      h = layer.apply(h);
    }
    return h;
  }

  /** {@code [B, T] → [B, T/samples of a position, H]}. */
  @Override
  public NDArray encode(NDArray samples) {
    return through(encoder, fourier.of(samples));
  }

  /** Real and imaginary parts of latents {@code [B, L, H]}, {@code [B, F, 2K]}. */
  NDArray spectrum(NDArray latents) {
    return kernel.call("polar", through(decoder, latents)).head();
  }

  /** {@code [B, L, H] → [B, L·samples of a position]}. */
  @Override
  public NDArray decode(NDArray latents) {
    return fourier.inverse(spectrum(latents));
  }
}
