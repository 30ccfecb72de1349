package resgen.audio;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * Sound to log-mel spectrograms on the device, its transform and the way back, by libtorch. All
 * methods on arrays carry gradients; float32.
 */
public final class MelTransform implements AutoCloseable {

  private final MelSettings settings;
  private final NDManager manager = Torch.manager();
  private final Kernel kernel = SoundKernel.of("sound");
  private final NDArray window; // [window]
  private final NDArray basis; // [M, K]

  /** A transform on the device in use. */
  public MelTransform(MelSettings settings) {
    this.settings = settings;
    window = Torch.kept(Torch.floats(manager, hann(settings.window()), settings.window()));
    basis =
        Torch.kept(
            Torch.floats(manager, floats(settings.basis()), settings.mels(), settings.bins()));
  }

  private static float[] hann(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / length)); // periodic
    }
    return values;
  }

  private static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  /** Its settings. */
  public MelSettings settings() {
    return settings;
  }

  /**
   * The spectrogram of an utterance: the one that is kept beside its sound, or one that is made.
   */
  public LogMel of(Utterance utterance) {
    return utterance.sound().mel(settings).orElseGet(() -> of(utterance.clip()));
  }

  /** The manager of its arrays, closed with it. */
  NDManager manager() {
    return manager;
  }

  /** The window, {@code [window]}; not to be changed. */
  NDArray window() {
    return window;
  }

  /** The bands' weights, {@code [M, K]}; not to be changed. */
  NDArray basis() {
    return basis;
  }

  /**
   * The short-time Fourier transform.
   *
   * @param samples {@code [B, T]}
   * @return {@code [B, K, F, 2]}, real and imaginary parts; F = 1 + T/hop
   */
  public NDArray stft(NDArray samples) {
    return kernel.call("stft", samples, window, settings.fft(), settings.hop()).head();
  }

  /**
   * The sound whose transform is nearest to a spectrum.
   *
   * @param spectrum {@code [B, K, F, 2]}
   * @param length T of the sound, at most (F − 1)·hop plus half a window
   * @return {@code [B, T]}
   */
  public NDArray istft(NDArray spectrum, int length) {
    return kernel.call("istft", spectrum, window, settings.fft(), settings.hop(), length).head();
  }

  /**
   * Log-mel spectrograms.
   *
   * @param samples {@code [B, T]}
   * @return {@code [B, F, M]}
   */
  public NDArray logMel(NDArray samples) {
    return kernel
        .call("log_mel", samples, window, basis, settings.fft(), settings.hop(), settings.floor())
        .head();
  }

  /**
   * The log-mel spectrogram of a clip, which is resampled if its rate is another.
   *
   * @return of {@link MelSettings#frames} frames
   */
  public LogMel of(Clip clip) {
    Clip own = clip.resample(settings.rate());
    try (NDManager each = manager.newSubManager()) {
      float[] values =
          Torch.scoped(
              () -> Torch.read(logMel(Torch.floats(each, own.samples(), 1, own.length()))));
      return new LogMel(values, settings);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
