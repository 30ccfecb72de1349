package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import resgen.audio.Clip;
import resgen.audio.GriffinLim;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Utterance;
import resgen.audio.Vocoder;
import resgen.torch.Torch;

/**
 * A codec of log-mel spectrograms: a latent vector for every few frames, quantized residually.
 * Sound comes back by {@link GriffinLim}, or by a vocoder that was trained.
 */
public abstract sealed class SpectrogramCodec extends SpeechCodec permits LinearCodec, MelCodec {

  private final MelTransform transform;
  private Vocoder vocoder;

  /** What all have; see {@link SpeechCodec}. */
  SpectrogramCodec(MelSettings mel, int stride, int positions, List<String> speakers) {
    super(mel, stride, positions, speakers);
    transform = new MelTransform(mel);
    vocoder = new GriffinLim(mel);
  }

  /** Scaled latents of a spectrogram whose frames are a multiple of the stride, {@code [L, H]}. */
  abstract NDArray latents(LogMel whole);

  /** The spectrogram of scaled latents {@code [L, H]}, of stride·L frames. */
  abstract LogMel spectrogram(NDArray latents);

  /**
   * The greatest log-mel value of every band in the speech that it learned from, which nothing that
   * it decodes exceeds; empty of codecs that were saved before it was kept, for no bound.
   */
  abstract List<Double> loudest();

  /** Refuses what cannot be the greatest values of so many bands. */
  static void checkLoudest(List<Double> values, int bands) {
    boolean finite = values.stream().allMatch(v -> v != null && Double.isFinite(v));
    if (!values.isEmpty() && (values.size() != bands || !finite)) {
      throw new IllegalArgumentException(
          "loudest %s must be %d finite numbers, one a band, or none".formatted(values, bands));
    }
  }

  /** A spectrogram whose last frame is repeated up to a multiple of the stride. */
  static LogMel filled(LogMel mel, int stride) {
    int m = mel.settings().mels();
    int frames = (mel.frames() + stride - 1) / stride * stride;
    if (frames == mel.frames()) {
      return mel;
    }
    float[] values = Arrays.copyOf(mel.values(), frames * m);
    for (int f = mel.frames(); f < frames; f++) {
      System.arraycopy(values, (mel.frames() - 1) * m, values, f * m, m);
    }
    return new LogMel(values, mel.settings());
  }

  /** {@inheritDoc} Of the spectrogram that is kept beside its sound, if there is one. */
  @Override
  public int[] codes(Utterance utterance) {
    LogMel own = transform.of(utterance);
    requireFits(utterance, (own.frames() + stride() - 1) / stride());
    return codes(own);
  }

  @Override
  int[] first(Clip clip, int count) {
    return codes(filled(transform.of(clip), stride()).range(0, count * stride()));
  }

  /**
   * The codes of a spectrogram.
   *
   * @return {@code [L, D]} in row order, L as its frames need
   */
  public int[] codes(LogMel own) {
    mel().requireSame("the spectrogram", own.settings());
    return Torch.scoped(
        () -> Torch.codes(codebooks().encode(latents(filled(own, stride()))).codes())); // [L, D]
  }

  /**
   * The spectrogram of codes.
   *
   * @param codes {@code [L, d]} in row order
   * @param depth d, at most D
   * @return of stride·L frames
   */
  public LogMel mel(int[] codes, int depth) {
    return Torch.scoped(() -> audible(sums(codes, depth)));
  }

  /**
   * The spectrogram of sums of codes. Sums that no encoder made can be far louder than any speech,
   * and one such frame would leave all others as a whisper beside it.
   */
  private LogMel audible(NDArray sums) {
    LogMel decoded = spectrogram(sums);
    return loudest().isEmpty() ? decoded : decoded.atMost(loudest());
  }

  /** A spectrogram after its codes of the first depths, with as many frames. */
  public LogMel reconstruct(LogMel own, int depth) {
    return mel(coarse(codes(own), depth), depth).range(0, own.frames());
  }

  @Override
  public void use(Vocoder other) {
    mel().requireSame("the vocoder", other.mel());
    vocoder.close();
    vocoder = other;
  }

  @Override
  public String vocoder() {
    return vocoder.toString();
  }

  /** {@inheritDoc} By the vocoder, (stride·L − 1)·hop samples. */
  @Override
  Clip sound(NDArray sums, int index) {
    return vocoder.clip(audible(sums), 0, index);
  }

  @Override
  public void close() {
    transform.close();
    vocoder.close();
    super.close();
  }
}
