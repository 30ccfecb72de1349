package resgen.audio.align;

import java.util.ArrayList;
import java.util.List;

/**
 * Frames at which some symbols of a text are known to end, as the ends of its words are in speech
 * that was synthesised.
 *
 * @param symbols how many symbols are before each of these ends, rising, fewer than there are
 * @param frames how many frames are before it
 */
public record KnownEnds(int[] symbols, int[] frames) {

  public KnownEnds {
    if (symbols.length != frames.length) {
      throw new IllegalArgumentException(
          "%d symbols end at %d frames".formatted(symbols.length, frames.length));
    }
    for (int k = 0; k < symbols.length; k++) {
      if (symbols[k] <= (k == 0 ? 0 : symbols[k - 1])) {
        throw new IllegalArgumentException("ends of symbols that do not rise: " + symbols[k]);
      }
    }
  }

  /** Nothing is known. */
  public static KnownEnds none() {
    return new KnownEnds(new int[0], new int[0]);
  }

  /**
   * Ends of words.
   *
   * @param text whose words they are
   * @param seconds of each
   * @param rate frames of a second
   */
  static KnownEnds ofWords(TextBytes text, double[] seconds, double rate) {
    int[] places = text.wordEnds();
    if (places.length != seconds.length) {
      throw new IllegalArgumentException(
          "%d ends of the %d words of '%s'".formatted(seconds.length, places.length, text.text()));
    }
    int[] symbols = new int[places.length];
    int[] frames = new int[places.length];
    for (int w = 0; w < places.length; w++) {
      symbols[w] = places[w] + 1;
      frames[w] = (int) Math.round(seconds[w] * rate);
    }
    return new KnownEnds(symbols, frames);
  }

  /** Symbols and frames between two ends that are known. */
  record Stretch(int fromSymbol, int toSymbol, int fromFrame, int toFrame) {}

  /**
   * The stretches that a text is cut into. An end is moved where one would have fewer frames than
   * symbols.
   *
   * @param count symbols in all
   * @param total frames in all
   * @throws IllegalArgumentException if there are fewer frames than symbols
   */
  List<Stretch> stretches(int count, int total) {
    if (count == 0 || total < count) {
      throw new IllegalArgumentException(
          "no alignment: %d symbols, %d frames".formatted(count, total));
    }
    List<Stretch> all = new ArrayList<>();
    int symbol = 0;
    int frame = 0;
    for (int k = 0; k < symbols.length; k++) {
      int least = frame + symbols[k] - symbol;
      int most = total - (count - symbols[k]);
      int end = Math.max(least, Math.min(most, frames[k]));
      all.add(new Stretch(symbol, symbols[k], frame, end));
      symbol = symbols[k];
      frame = end;
    }
    all.add(new Stretch(symbol, count, frame, total));
    return all;
  }
}
