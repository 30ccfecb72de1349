package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import resgen.audio.SoundKernel;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * The short-time Fourier transform of the waveform codec and its inverse, as products with small
 * matrices: as many frames as hops, each around the middle of its hop under a periodic Hann window,
 * silence beyond both ends. Both carry gradients; float32.
 */
final class ShortFourier {

  private final int hop;
  private final Kernel kernel = SoundKernel.of("wave");
  private final NDArray analysis; // [n, 2K]
  private final NDArray synthesis; // [2K, n]
  private final NDArray squares; // [n]

  /**
   * A transform.
   *
   * @param manager owns its arrays
   * @param window n, even, a multiple of the hop and at least twice it
   */
  ShortFourier(NDManager manager, int window, int hop) {
    this.hop = hop;
    int n = window;
    int k = n / 2 + 1;
    float[] forth = new float[n * 2 * k];
    float[] back = new float[n * 2 * k];
    float[] square = new float[n];
    for (int t = 0; t < n; t++) {
      double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * t / n);
      square[t] = (float) (hann * hann);
      for (int j = 0; j < k; j++) {
        double angle = 2 * Math.PI * (t * j % n) / n;
        boolean real = j == 0 || j == n / 2;
        double share = hann * (real ? 1.0 : 2.0) / n; // of the bin and its conjugate
        forth[t * 2 * k + j] = (float) (hann * Math.cos(angle));
        forth[t * 2 * k + k + j] = real ? 0 : (float) (-hann * Math.sin(angle));
        back[j * n + t] = (float) (share * Math.cos(angle));
        back[(k + j) * n + t] = real ? 0 : (float) (-share * Math.sin(angle));
      }
    }
    analysis = Torch.kept(Torch.floats(manager, forth, n, 2L * k));
    synthesis = Torch.kept(Torch.floats(manager, back, 2L * k, n));
    squares = Torch.kept(Torch.floats(manager, square, n));
  }

  /** Sounds {@code [B, T]}, T a multiple of the hop, to {@code [B, T/hop, 2K]}. */
  NDArray of(NDArray samples) {
    return kernel.call("analyse", samples, analysis, hop).head();
  }

  /** Real and imaginary parts {@code [B, F, 2K]} to the nearest sounds {@code [B, hop·F]}. */
  NDArray inverse(NDArray spectrum) {
    return kernel.call("synthesise", spectrum, synthesis, squares, hop).head();
  }
}
