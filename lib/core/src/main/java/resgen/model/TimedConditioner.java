package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/**
 * A text at every position (paper, section 5.1): a transformer over its symbols, whose states are
 * repeated for as many frames as each symbol lasts, and a linear layer over the frames of a
 * position, which is a convolution of that stride. A learned vector stands for frames without text.
 * Who says it is embedded as {@link ClassConditioner} does.
 */
final class TimedConditioner implements Conditioner {

  private static final int NO_TEXT = -1; // of a frame

  private final ConditionSpec.Timed settings;
  private final int positions;
  private final Input input;
  private final ClassConditioner speakers;
  private final NDArray symbols; // [symbols, E]
  private final Transformer encoder;
  private final NDArray plain; // [1, 1, 8, E], 0: norms of the encoder have nothing to adapt to
  private final Rotary rotary; // of the longest text; null in a plan
  private final NDArray nothing; // [E]
  private final Linear join; // frames·E → W

  /** Declares {@code input.text} and the tables of the classes. */
  TimedConditioner(ConditionSpec.Timed settings, ConditionSpec.Context c) {
    this.settings = settings;
    positions = c.tokens().positions();
    input = c.input();
    speakers = new ClassConditioner(c.parameters(), settings.count(), c.width(), c.input());
    Parameters in = c.parameters().scope("input").scope("text");
    int e = settings.encoder().width();
    symbols = in.add("symbols", Init.normal(1), settings.symbols(), e);
    nothing = in.add("nothing", Init.normal(1), e);
    encoder = new Transformer(in.scope("encoder"), settings.encoder(), false, c.precision());
    join = new Linear(in.scope("join"), (long) settings.frames() * e, c.width(), c.precision());
    NDManager manager = c.parameters().manager();
    plain = manager == null ? null : manager.zeros(new Shape(1, 1, 8, e));
    rotary = manager == null ? null : encoder.rotary(manager, new Layout.Line(settings.longest()));
  }

  /**
   * {@inheritDoc} Symbols {@code [N, longest]}, their number {@code [N]}, which of them is said in
   * each frame {@code [N, L·frames]}, classes {@code [N]}; all int64.
   */
  @Override
  public NDList upload(NDManager manager, Condition condition) {
    if (!(condition instanceof Condition.Timed timed)) {
      throw new IllegalArgumentException(condition + ": the model reads texts with durations");
    }
    if (timed.text().symbols() != settings.symbols() || timed.each() != settings.frames()) {
      throw new IllegalArgumentException(
          "texts of %d symbols at %d frames a position; the model reads %d symbols at %d frames"
              .formatted(
                  timed.text().symbols(), timed.each(), settings.symbols(), settings.frames()));
    }
    int n = timed.size();
    int longest = settings.longest();
    int frames = positions * settings.frames();
    int[] ids = new int[n * longest];
    int[] counts = new int[n];
    int[] said = new int[n * frames];
    Arrays.fill(said, NO_TEXT);
    for (int i = 0; i < n; i++) {
      int[] own = timed.text().ids()[i];
      int[] durations = timed.frames()[i];
      int total = Arrays.stream(durations).sum();
      if (own.length > longest || total > frames) {
        throw new IllegalArgumentException(
            "text %d has %d symbols and %d frames; the model takes at most %d and %d"
                .formatted(i, own.length, total, longest, frames));
      }
      System.arraycopy(own, 0, ids, i * longest, own.length);
      counts[i] = own.length;
      int at = i * frames;
      for (int s = 0; s < own.length; s++) {
        Arrays.fill(said, at, at + durations[s], s);
        at += durations[s];
      }
      // Frames that fill up the last position belong to the last symbol.
      Arrays.fill(said, at, i * frames + timed.lengths()[i] * settings.frames(), own.length - 1);
    }
    NDList arrays = new NDList();
    arrays.add(Torch.longs(manager, ids, n, longest));
    arrays.add(Torch.longs(manager, counts, n));
    arrays.add(Torch.longs(manager, said, n, frames));
    arrays.addAll(speakers.upload(manager, timed.speakers()));
    return arrays;
  }

  @Override
  public NDList without(NDList c, NDArray where) {
    NDArray frames = Kernel.of("timed").call("without", c.get(2), where, NO_TEXT).head();
    NDArray classes = speakers.without(new NDList(c.get(3)), where).head();
    return new NDList(c.get(0), c.get(1), frames, classes);
  }

  @Override
  public NDList none(NDList c) {
    NDArray frames = Kernel.of("timed").call("none", c.get(2), NO_TEXT).head();
    return new NDList(c.get(0), c.get(1), frames, speakers.none(new NDList(c.get(3))).head());
  }

  @Override
  public Embedded apply(NDList c) {
    Kernel kernel = Kernel.of("timed");
    NDArray x = kernel.call("embed", symbols, c.get(0)).head(); // [B, S, E]
    NDArray read = encoder.apply(x, plain, rotary, c.get(1), false); // [B, S, E]
    NDArray frames = // [B, L, frames·E]
        kernel.call("expand", read, nothing, c.get(2), settings.frames()).head();
    NDArray text = join.apply(frames); // [B, L, W]
    Embedded speaker = speakers.apply(new NDList(c.get(3)));
    NDArray modulation = speaker.modulation(); // [B, W]
    return switch (input) {
      case NONE -> new Embedded(text.add(modulation.expandDims(1)), null);
      case ADDED -> new Embedded(modulation, text.add(speaker.input().expandDims(1)));
      case START -> new Embedded(modulation, kernel.call("start", text, speaker.input()).head());
    };
  }
}
