package resgen.model;

import java.util.Arrays;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.settings.Range;
import resgen.settings.Variants;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Precision;

/**
 * What a generator is told of a sample, as settings. One of one's own is a record that implements
 * this interface, made known to JSON by {@link resgen.settings.Json#register}.
 */
@Variants({ConditionSpec.Classes.class, ConditionSpec.None.class, ConditionSpec.Timed.class})
public interface ConditionSpec {

  /** Declares what embeds it. */
  Conditioner build(Context context);

  /** How many classes it tells apart; 0 of others. */
  default int classes() {
    return 0;
  }

  /**
   * What embeds it is declared from.
   *
   * @param parameters of the whole model
   * @param tokens that the model makes
   * @param width W
   * @param precision of matrix products
   * @param input whether it also goes into the network's input
   */
  record Context(
      Parameters parameters,
      TokenSpec tokens,
      int width,
      Precision precision,
      Conditioner.Input input) {}

  /**
   * A class; a further, learned one stands for none.
   *
   * @param count how many there are
   */
  record Classes(int count) implements ConditionSpec {
    public Classes {
      if (count < 1 || count > 1 << 24) {
        throw new IllegalArgumentException("classes " + count + " must be 1 … 2²⁴");
      }
    }

    @Override
    public Conditioner build(Context c) {
      return new ClassConditioner(c.parameters(), count, c.width(), c.input());
    }

    @Override
    public int classes() {
      return count;
    }
  }

  /** Nothing. */
  record None() implements ConditionSpec {
    @Override
    public Conditioner build(Context c) {
      return new ClassConditioner(c.parameters(), 0, c.width(), c.input());
    }
  }

  /**
   * A text and when each of its symbols is said, and a class of who says it.
   *
   * @param symbols how many there are
   * @param longest the most symbols of a text
   * @param frames of a position
   * @param count of the classes; 0 where it is not told
   * @param encoder sizes of the transformer over the symbols
   */
  record Timed(int symbols, int longest, int frames, int count, Transformer.Settings encoder)
      implements ConditionSpec {
    public Timed {
      Range.check("symbols", symbols, 1, 1 << 20);
      Range.check("longest", longest, 1, 1 << 15);
      Range.check("frames", frames, 1, 1 << 10);
      Range.check("count", count, 0, 1 << 24);
    }

    /** For texts a quarter longer than the longest of these, with an encoder of two blocks. */
    public static Timed of(Condition.Timed texts) {
      int longest = Arrays.stream(texts.frames()).mapToInt(own -> own.length).max().orElse(1);
      return new Timed(
          texts.text().symbols(),
          (longest * 5 / 4 + 15) / 16 * 16,
          texts.each(),
          texts.speakers().count(),
          Transformer.Settings.of(128, 2, 4).gate(1));
    }

    /** With an encoder of other sizes. */
    public Timed encoder(Transformer.Settings sizes) {
      return new Timed(symbols, longest, frames, count, sizes);
    }

    @Override
    public Conditioner build(Context c) {
      return new TimedConditioner(this, c);
    }

    @Override
    public int classes() {
      return count;
    }
  }
}
