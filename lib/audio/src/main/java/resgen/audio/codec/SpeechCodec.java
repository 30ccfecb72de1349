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
import resgen.audio.MelSettings;
import resgen.audio.Sound;
import resgen.audio.Speech;
import resgen.audio.Utterance;
import resgen.audio.Vocoder;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.settings.DataHome;
import resgen.settings.Range;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Torch;
import resgen.torch.WeightFile;

/**
 * A codec of speech: a latent vector for every stretch of sound, quantized residually. Whatever it
 * encodes, a spectrogram or the wave itself, its positions are counted by the frames of {@link
 * #mel}, {@link #stride} frames each, which aligners and measures share.
 */
public abstract sealed class SpeechCodec implements Codec<Speech>
    permits SpectrogramCodec, WaveCodec {

  private final MelSettings mel;
  private final int stride;
  private final int positions;
  private final List<String> speakers;

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
    if (MelCodec.reads(format)) {
      return Optional.of(MelCodec.load(path));
    }
    return WaveCodec.reads(format) ? Optional.of(WaveCodec.load(path)) : Optional.empty();
  }

  /** Writes the codec into one file. */
  public abstract void save(Path path);

  /** Owns the codec's arrays. */
  abstract NDManager manager();

  /** Settings of the spectrograms that count its positions and that it is measured by. */
  public MelSettings mel() {
    return mel;
  }

  /**
   * Makes sound by another vocoder from now on, which is closed with the codec.
   *
   * @throws IllegalArgumentException if its spectrograms have other settings, or this codec needs
   *     none
   */
  public abstract void use(Vocoder other);

  /** What makes sound of its spectrograms, in words; {@code none} where there are none. */
  public abstract String vocoder();

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

  /** How many positions so many samples at the codec's rate have: as many as their frames need. */
  public int positions(int samples) {
    return (mel.frames(samples) + stride - 1) / stride;
  }

  /** {@inheritDoc} Lengths differ; what follows an utterance's end is padding. */
  @Override
  public Tokens encode(Speech speech) {
    int each = positions * codebooks().depth();
    int[] all = new int[Math.multiplyExact(speech.size(), each)];
    int[] lengths = new int[speech.size()];
    for (int i = 0; i < lengths.length; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after encoding " + i + " of " + lengths.length + " utterances");
      }
      int[] codes = codes(speech.get(i));
      lengths[i] = codes.length / codebooks().depth();
      System.arraycopy(codes, 0, all, i * each, codes.length);
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
   * The codes of an utterance.
   *
   * @return {@code [L, D]} in row order, L as its frames need
   * @throws IllegalArgumentException if it is longer than the codec takes
   */
  public int[] codes(Utterance utterance) {
    Clip own = utterance.clip().resample(mel.rate());
    requireFits(utterance, positions(own.length()));
    return codes(own);
  }

  /** Refuses an utterance of more positions than the codec takes. */
  final void requireFits(Utterance utterance, int count) {
    if (count > positions) {
      throw new IllegalArgumentException(
          "%s has %d positions (%.1f s); this codec takes at most %d (%.1f s)"
              .formatted(
                  utterance.id(),
                  count,
                  count / positionRate(),
                  positions,
                  positions / positionRate()));
    }
  }

  /**
   * The codes of a clip of whatever length, which is resampled if its rate is another.
   *
   * @return {@code [L, D]} in row order, L as its frames need
   */
  public int[] codes(Clip clip) {
    Clip own = clip.resample(mel.rate());
    return first(own, positions(own.length()));
  }

  /**
   * The codes of a clip's first positions alone, as if nothing followed them.
   *
   * @return {@code [count, D]} in row order
   * @throws IllegalArgumentException if the clip has not as many
   */
  public int[] codes(Clip clip, int count) {
    Clip own = clip.resample(mel.rate());
    int most = positions(own.length());
    Range.require(count >= 1 && count <= most, "positions", count, "1 … " + most);
    return first(own, count);
  }

  /** The codes of the first positions of a clip of the codec's rate, {@code [count, D]}. */
  abstract int[] first(Clip clip, int count);

  /**
   * The sound of codes.
   *
   * @param codes {@code [L, d]} in row order
   * @param depth d, at most D
   */
  public Clip clip(int[] codes, int depth) {
    return clip(codes, depth, 0);
  }

  private Clip clip(int[] codes, int depth, int index) {
    return Torch.scoped(() -> sound(sums(codes, depth), index));
  }

  /** What codes {@code [L, d]} stand for together, {@code [L, H]}. */
  final NDArray sums(int[] codes, int depth) {
    NDArray array = Torch.longs(manager(), codes, codes.length / depth, depth);
    return codebooks().truncate(depth).decode(array);
  }

  /**
   * The sound of sums of codes.
   *
   * @param sums {@code [L, H]}
   * @param index of the sample, which anything random in the sound depends on
   */
  abstract Clip sound(NDArray sums, int index);

  /** The first depths of codes {@code [L, D]}. */
  final int[] coarse(int[] codes, int depth) {
    int d = codebooks().depth();
    int[] coarse = new int[codes.length / d * depth];
    for (int i = 0; i < coarse.length; i++) {
      coarse[i] = codes[i / depth * d + i % depth];
    }
    return coarse;
  }

  /** A clip after its codes of the first depths: at the codec's rate, with as many samples. */
  public Clip reconstruct(Clip clip, int depth) {
    Clip own = clip.resample(mel.rate());
    return clip(coarse(codes(own), depth), depth).length(own.length());
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

  /** {@inheritDoc} Each is as long as its positions are. */
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
      all.add(utterance(i, clip(own, codes.depth(), i), speaker(conditions, i)));
    }
    return Speech.of("decoded", all, speakers);
  }

  private static Utterance utterance(int index, Clip clip, String speaker) {
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
      int index = i;
      Clip clip =
          Torch.scoped(
              () -> {
                NDArray array = Torch.longs(manager(), codes.rows(sample), l, codes.depth());
                NDArray shown = Torch.longs(manager(), visible[index], l);
                return sound(codebooks().sums(array, shown).visible(), index);
              });
      all.add(utterance(i, clip, ""));
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
    manager().close();
  }
}
