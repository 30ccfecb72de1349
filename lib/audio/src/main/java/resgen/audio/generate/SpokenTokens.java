package resgen.audio.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import resgen.audio.MelTransform;
import resgen.audio.Speech;
import resgen.audio.align.Aligner;
import resgen.audio.align.Durations;
import resgen.audio.align.TextBytes;
import resgen.audio.codec.SpeechCodec;
import resgen.codec.Tokens;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.token.Condition;

/** Tokens of utterances with what is said at each position: what a generator of speech learns. */
public final class SpokenTokens {

  private SpokenTokens() {}

  /**
   * The tokens of utterances, with their texts on the aligner's durations.
   *
   * @param speakers whether the model is to be told who speaks
   * @throws IllegalArgumentException naming an utterance without text, or one that is too long
   * @throws CancellationException if interrupted; the interrupt stays set
   */
  public static Tokens of(SpeechCodec codec, Aligner aligner, Speech speech, boolean speakers) {
    codec.mel().requireSame("the aligner", aligner.mel());
    List<int[]> frames = new ArrayList<>();
    try (MelTransform transform = new MelTransform(codec.mel())) {
      for (int i = 0; i < speech.size(); i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException(
              "interrupted after aligning %d of %d utterances".formatted(i, speech.size()));
        }
        frames.add(aligner.align(speech.get(i), transform.of(speech.get(i))));
      }
    }
    return of(codec, aligner, frames, speech, speakers);
  }

  /**
   * The tokens of the utterances that an aligner was learned from, which are aligned already.
   *
   * @param speakers whether the model is to be told who speaks
   */
  public static Tokens of(
      SpeechCodec codec, Aligner.Learned learned, Speech speech, boolean speakers) {
    codec.mel().requireSame("the aligner", learned.aligner().mel());
    return of(codec, learned.aligner(), learned.frames(), speech, speakers);
  }

  private static Tokens of(
      SpeechCodec codec, Aligner aligner, List<int[]> frames, Speech speech, boolean speakers) {
    Tokens tokens = codec.encode(speech);
    int[][] ids =
        speech.utterances().stream()
            .map(each -> TextBytes.of(each.text()).ids())
            .toArray(int[][]::new);
    Condition.Classes who =
        speakers ? speech.conditions() : new Condition.Classes(new int[ids.length], List.of());
    Condition.Timed said =
        new Condition.Timed(
            new Condition.Text(ids, TextBytes.SYMBOLS),
            frames.toArray(int[][]::new),
            codec.stride(),
            who);
    return with(tokens, said, aligner.fingerprint().substring(0, 12) + (speakers ? "+who" : ""));
  }

  private static Tokens with(Tokens tokens, Condition condition, String what) {
    return new Tokens(
        tokens.codes(),
        tokens.lengths(),
        condition,
        tokens.layout(),
        tokens.codebooks(),
        tokens.codec(),
        tokens.fingerprint() + "+" + what);
  }

  /**
   * The same tokens, each with the text of another, spread over its frames: what a model makes of
   * the text is the difference in likelihood. An utterance keeps its own text if no other fits.
   */
  public static Tokens shuffled(Tokens tokens) {
    Condition.Timed own = timed(tokens);
    int n = own.size();
    int[][] ids = new int[n][];
    int[][] frames = new int[n][];
    for (int i = 0; i < n; i++) {
      int total = Arrays.stream(own.frames()[i]).sum();
      int self = i;
      int other =
          IntStream.range(1, n)
              .map(step -> (self + step) % n)
              .filter(j -> own.frames()[j].length <= total)
              .filter(j -> !Arrays.equals(own.text().ids()[j], own.text().ids()[self]))
              .findFirst()
              .orElse(i);
      ids[i] = own.text().ids()[other];
      double[] lasting = Arrays.stream(own.frames()[other]).asDoubleStream().toArray();
      frames[i] = Durations.scaled(lasting, total);
    }
    return with(
        tokens,
        new Condition.Timed(
            new Condition.Text(ids, own.text().symbols()), frames, own.each(), own.speakers()),
        "shuffled");
  }

  /**
   * Further samples of two utterances by one speaker, one after the other with their texts joined,
   * so that a model learns to go on from another sentence. Pairs longer than L are left out, and so
   * are utterances of a speaker who has no other.
   *
   * @param count how many are tried
   * @param speakers of each utterance
   */
  public static Tokens joined(Tokens tokens, int[] speakers, int count, long seed) {
    Condition.Timed own = timed(tokens);
    int n = tokens.size();
    int l = tokens.codes().positions();
    int d = tokens.codes().depth();
    List<int[]> codes = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    List<int[]> ids = new ArrayList<>();
    List<int[]> frames = new ArrayList<>();
    List<Integer> who = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      codes.add(tokens.codes().rows(i));
      lengths.add(tokens.lengths()[i]);
      ids.add(own.text().ids()[i]);
      frames.add(own.frames()[i]);
      who.add(own.speakers().ids()[i]);
    }
    Noise.Stream noise = Noise.of(seed).fork("joined").stream(0);
    Map<Integer, int[]> by =
        IntStream.range(0, n)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    i -> speakers[i],
                    Collectors.collectingAndThen(
                        Collectors.toList(),
                        group -> group.stream().mapToInt(Integer::intValue).toArray())));
    for (int pair = 0; pair < count; pair++) {
      int a = noise.nextInt(n);
      int[] same = by.get(speakers[a]);
      int b = same[noise.nextInt(same.length)];
      int length = tokens.lengths()[a] + tokens.lengths()[b];
      if (a == b || length > l) {
        continue;
      }
      int[] row = new int[l * d];
      int first = tokens.lengths()[a] * d;
      System.arraycopy(codes.get(a), 0, row, 0, first);
      System.arraycopy(codes.get(b), 0, row, first, tokens.lengths()[b] * d);
      codes.add(row);
      lengths.add(length);
      ids.add(joinedIds(ids.get(a), ids.get(b)));
      int whole = tokens.lengths()[a] * own.each();
      frames.add(joinedFrames(frames.get(a), frames.get(b), whole));
      who.add(own.speakers().ids()[a]);
    }
    int[] all = codes.stream().flatMapToInt(Arrays::stream).toArray();
    Condition.Timed said =
        new Condition.Timed(
            new Condition.Text(ids.toArray(int[][]::new), own.text().symbols()),
            frames.toArray(int[][]::new),
            own.each(),
            new Condition.Classes(
                who.stream().mapToInt(Integer::intValue).toArray(), own.speakers().names()));
    return new Tokens(
        Codes.of(all, l, d),
        lengths.stream().mapToInt(Integer::intValue).toArray(),
        said,
        tokens.layout(),
        tokens.codebooks(),
        tokens.codec(),
        tokens.fingerprint() + "+pairs " + count + "/" + seed);
  }

  /** Two texts with a space between them, which stands for the end of one and the other's begin. */
  static int[] joinedIds(int[] a, int[] b) {
    int[] ids = Arrays.copyOf(a, a.length + b.length - 1);
    ids[a.length - 1] = ' ' + TextBytes.OFFSET;
    System.arraycopy(b, 1, ids, a.length, b.length - 1);
    return ids;
  }

  /**
   * Their durations: the space lasts for both symbols that it stands for, and until the first text
   * has filled whole positions.
   *
   * @param whole frames of the first text's positions
   */
  static int[] joinedFrames(int[] a, int[] b, int whole) {
    int[] frames = Arrays.copyOf(a, a.length + b.length - 1);
    frames[a.length - 1] += whole - Arrays.stream(a).sum() + b[0];
    System.arraycopy(b, 1, frames, a.length, b.length - 1);
    return frames;
  }

  private static Condition.Timed timed(Tokens tokens) {
    if (tokens.condition() instanceof Condition.Timed timed) {
      return timed;
    }
    throw new IllegalArgumentException(tokens.condition() + ": tokens of speech have timed texts");
  }
}
