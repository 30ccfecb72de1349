package resgen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import resgen.codec.Codec;
import resgen.codec.Media;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.sample.Trajectory;
import resgen.token.Codes;
import resgen.token.Condition;

/**
 * From conditions to media: tokens are decoded as soon as they are drawn, a batch at a time, so
 * that an interrupt leaves nothing to decode.
 */
final class Drawing<X extends Media<X>> {

  /** What draws tokens: a {@link TokenSampler}'s method. */
  @FunctionalInterface
  interface Source {
    TokenSampler.Result sample(Condition condition, long first, TokenSampler.Listener listener);
  }

  private final Codec<X> codec;
  private final Condition condition;
  private final int[] lengths; // of each; null if all are the codec's
  private final Samples.Listener listener;
  private final boolean kept;
  private final List<X> decoded = new ArrayList<>();
  private int done;
  private boolean cut;
  private long decodeNanos;
  private long listenerNanos;

  private Drawing(
      Codec<X> codec, Condition condition, int[] lengths, Samples.Listener listener, boolean kept) {
    this.codec = codec;
    this.condition = condition;
    this.lengths = lengths;
    this.listener = listener;
    this.kept = kept;
  }

  /**
   * Draws tokens and decodes them.
   *
   * @param lengths positions of each; null for all
   * @param listener told of what is decoded together, as soon as it is; the time that it takes is
   *     neither the tokens' nor the media's
   */
  static <X extends Media<X>> Samples samples(
      Source source,
      Condition condition,
      int[] lengths,
      Sampling settings,
      Codec<X> codec,
      Samples.Listener listener) {
    Drawing<X> drawing = new Drawing<>(codec, condition, lengths, listener, true);
    long start = System.nanoTime();
    TokenSampler.Result made = source.sample(condition, 0, drawing::decode);
    long all = System.nanoTime() - start;
    return drawing.finished(made, settings, all - drawing.decodeNanos - drawing.listenerNanos);
  }

  /**
   * As {@link #samples}, without keeping them.
   *
   * @param first the index of the first sample
   */
  static <X extends Media<X>> Samples.Streamed stream(
      Source source, Condition condition, long first, Codec<X> codec, Samples.Listener listener) {
    Drawing<X> drawing = new Drawing<>(codec, condition, null, listener, false);
    long start = System.nanoTime();
    TokenSampler.Result made = source.sample(condition, first, drawing::decode);
    long all = System.nanoTime() - start;
    return new Samples.Streamed(
        drawing.done,
        made.calls(),
        (all - drawing.decodeNanos - drawing.listenerNanos) / 1e9,
        drawing.decodeNanos / 1e9,
        drawing.interrupted(made));
  }

  /**
   * Decodes a batch, as many samples at once as the codec does. An interrupt ends that; what is
   * decoded when it comes is not told, because a listener of the notebook's would end with it.
   */
  private void decode(int finished, Codes batch) {
    int size = codec.decodedAtOnce();
    for (int from = 0; from < batch.size() && goesOn(); from += size) {
      long start = System.nanoTime();
      int to = Math.min(batch.size(), from + size);
      X some = decode(batch.range(from, to), condition.range(done, done + to - from));
      long middle = System.nanoTime();
      decodeNanos += middle - start;
      if (goesOn()) {
        if (kept) {
          decoded.add(some);
        }
        done += to - from;
        listener.made(done, some);
        listenerNanos += System.nanoTime() - middle;
      }
    }
  }

  private X decode(Codes some, Condition own) {
    return lengths == null
        ? codec.decode(some, own)
        : codec.decode(some, Arrays.copyOfRange(lengths, done, done + some.size()), own);
  }

  private boolean goesOn() {
    cut |= Thread.currentThread().isInterrupted();
    return !cut;
  }

  private Samples finished(TokenSampler.Result made, Sampling settings, long generateNanos) {
    if (decoded.isEmpty()) {
      decoded.add(codec.decode(made.codes().range(0, 0), condition.range(0, 0)));
    }
    boolean interrupted = interrupted(made);
    List<Trajectory> recorded = made.trajectories();
    return new Samples(
        decoded.get(0).and(decoded.subList(1, decoded.size())),
        made.codes().range(0, done),
        settings,
        made.calls(),
        generateNanos / 1e9,
        decodeNanos / 1e9,
        recorded.subList(0, Math.min(recorded.size(), done)),
        interrupted);
  }

  /** Whether the work was; consumes an interrupt that came after the sampler's last look. */
  private boolean interrupted(TokenSampler.Result made) {
    if (cut) {
      Thread.interrupted();
    }
    return made.interrupted() || cut;
  }
}
