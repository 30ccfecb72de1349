package resgen.audio.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import resgen.audio.Clip;
import resgen.audio.GriffinLim;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.settings.DataHome;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Torch;
import resgen.torch.WeightFile;

/**
 * A codec of log-mel spectrograms: a latent vector for every few frames, quantized residually.
 * Sound comes back by {@link GriffinLim}.
 */
public abstract sealed class SpeechCodec implements Codec<Speech> permits LinearCodec, MelCodec {

  private final MelSettings mel;
  private final int stride;
  private final int positions;
  private final List<String> speakers;
  private final GriffinLim vocoder;

  /**
   * What all have.
   *
   * @param stride frames that a position stands for
   * @param positions the most of an utterance
   */
  SpeechCodec(MelSettings mel, int stride, int positions, List<String> speakers) {
    this.mel = mel;
    this.stride = stride;
    this.positions = positions;
    this.speakers = List.copyOf(speakers);
    vocoder = new GriffinLim(mel);
  }

  /**
   * A codec that was saved.
   *
   * @param name of a shipped checkpoint, or the path of a file that ends in {@code .safetensors}
   * @throws IllegalArgumentException if the file is no codec of speech, or is damaged
   */
  public static SpeechCodec load(String name) {
    Path path =
        name.endsWith(WeightFile.SUFFIX)
            ? Path.of(name)
            : DataHome.path("checkpoints", name + WeightFile.SUFFIX);
    Map<String, String> metadata = WeightFile.metadata(path);
    String format = metadata.getOrDefault(WeightFile.FORMAT, "");
    return read(path, format)
        .orElseThrow(
            () -> new IllegalArgumentException(path + " is no codec of speech but " + format));
  }

  /** The codec in a file of a format; empty if such files are of something else. */
  public static Optional<SpeechCodec> read(Path path, String format) {
    if (LinearCodec.reads(format)) {
      return Optional.of(LinearCodec.load(path));
    }
    return MelCodec.reads(format) ? Optional.of(MelCodec.load(path)) : Optional.empty();
  }

  /** Writes the codec into one file. */
  public abstract void save(Path path);

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

  /** Owns the codec's arrays. */
  abstract NDManager manager();

  /** Settings of the spectrograms. */
  public MelSettings mel() {
    return mel;
  }

  /** Frames that a position stands for. */
  public int stride() {
    return stride;
  }

  /** Positions a second. */
  public double positionRate() {
    return mel.frameRate() / stride;
  }

  /** Bits a second, if every code is as likely as any other. */
  public double bitRate() {
    return positionRate() * codebooks().depth() * Math.log(codebooks().codes()) / Math.log(2);
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

  /** {@inheritDoc} Lengths differ; what follows an utterance's end is padding. */
  @Override
  public Tokens encode(Speech speech) {
    int each = positions * codebooks().depth();
    int[] all = new int[Math.multiplyExact(speech.size(), each)];
    int[] lengths = new int[speech.size()];
    try (MelTransform transform = new MelTransform(mel)) {
      for (int i = 0; i < lengths.length; i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException(
              "interrupted after encoding " + i + " of " + lengths.length + " utterances");
        }
        LogMel own = transform.of(speech.get(i));
        lengths[i] = (own.frames() + stride - 1) / stride;
        if (lengths[i] > positions) {
          throw new IllegalArgumentException(
              "%s has %d positions (%.1f s); this codec takes at most %d (%.1f s)"
                  .formatted(
                      speech.get(i).id(),
                      lengths[i],
                      lengths[i] / positionRate(),
                      positions,
                      positions / positionRate()));
        }
        int[] codes = codes(own);
        System.arraycopy(codes, 0, all, i * each, codes.length);
      }
    }
    return new Tokens(
        Codes.of(all, positions, codebooks().depth()),
        lengths,
        speech.conditions(),
        layout(),
        codebooks(),
        Optional.<Codec<?>>of(this),
        speech.fingerprint());
  }

  /**
   * The codes of a spectrogram.
   *
   * @return {@code [L, D]} in row order, L as its frames need
   */
  public int[] codes(LogMel own) {
    mel.requireSame("the spectrogram", own.settings());
    return Torch.scoped(
        () -> Torch.codes(codebooks().encode(latents(filled(own, stride))).codes())); // [L, D]
  }

  /**
   * The spectrogram of codes.
   *
   * @param codes {@code [L, d]} in row order
   * @param depth d, at most D
   * @return of stride·L frames
   */
  public LogMel mel(int[] codes, int depth) {
    return Torch.scoped(
        () -> {
          NDArray array = Torch.longs(manager(), codes, codes.length / depth, depth);
          return audible(codebooks().truncate(depth).decode(array));
        });
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
    int[] whole = codes(own);
    int d = codebooks().depth();
    int[] coarse = new int[whole.length / d * depth];
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = whole[i / depth * d + i % depth];
    }
    return mel(coarse, depth).range(0, own.frames());
  }

  /** The sound of tokens, each of its own length. */
  public Speech decode(Tokens tokens) {
    return decode(tokens.codes(), tokens.lengths(), tokens.condition());
  }

  /** {@inheritDoc} All of the codec's longest length: codes alone do not tell their lengths. */
  @Override
  public Speech decode(Codes codes, Condition conditions) {
    int[] lengths = new int[codes.size()];
    Arrays.fill(lengths, codes.positions());
    return decode(codes, lengths, conditions);
  }

  /** {@inheritDoc} Each is as long as its positions, stride frames of a position. */
  @Override
  public Speech decode(Codes codes, int[] lengths, Condition conditions) {
    codes.requireBelow(codebooks().codes());
    List<Utterance> all = new ArrayList<>();
    for (int i = 0; i < codes.size(); i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after decoding " + i + " of " + codes.size() + " utterances");
      }
      int[] own = Arrays.copyOf(codes.rows(i), lengths[i] * codes.depth());
      all.add(utterance(i, mel(own, codes.depth()), speaker(conditions, i)));
    }
    return Speech.of("decoded", all, speakers);
  }

  private Utterance utterance(int index, LogMel own, String speaker) {
    Clip clip = vocoder.clip(own, 0, index);
    return new Utterance("decoded-" + index, speaker, "", List.of(), Sound.of(clip));
  }

  private String speaker(Condition conditions, int index) {
    if (conditions instanceof Condition.Timed timed) {
      return speaker(timed.speakers(), index);
    } else if (conditions instanceof Condition.Classes classes) {
      String name = classes.name(index);
      return speakers.contains(name) ? name : "";
    }
    return "";
  }

  @Override
  public Speech decodePartly(Codes codes, int sample, int[][] visible) {
    List<Utterance> all = new ArrayList<>();
    int l = codes.positions();
    for (int i = 0; i < visible.length; i++) {
      int[] shown = visible[i];
      LogMel own =
          Torch.scoped(
              () -> {
                NDArray array = Torch.longs(manager(), codes.rows(sample), l, codes.depth());
                return audible(codebooks().sums(array, Torch.longs(manager(), shown, l)).visible());
              });
      all.add(utterance(i, own, ""));
    }
    return Speech.of("unmasking", all, speakers);
  }

  @Override
  public int decodedAtOnce() {
    return 1;
  }

  /** {@inheritDoc} A line as long as the longest utterance. */
  @Override
  public Layout layout() {
    return new Layout.Line(positions);
  }

  /** {@inheritDoc} The speakers. */
  @Override
  public List<String> classNames() {
    return speakers;
  }

  /** The summary, as notebooks show it. */
  public String toHtml() {
    return summary().toHtml();
  }

  @Override
  public void close() {
    vocoder.close();
    manager().close();
  }
}
