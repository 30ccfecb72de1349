package resgen.audio.align;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/**
 * A text as symbols: the bytes of its UTF-8 plus {@value #OFFSET}, between a symbol for its
 * beginning and one for its end, as the byte-level models of text have them (Xue et al. 2022).
 *
 * @param text what is said: small ASCII letters, spaces and {@code .,?!'-}
 */
public record TextBytes(String text) {

  /** The symbol that fills up shorter texts. */
  public static final int PADDING = 0;

  /** The symbol before a text. */
  public static final int BEGIN = 1;

  /** The symbol after a text. */
  public static final int END = 2;

  /** What is added to a byte. */
  public static final int OFFSET = 3;

  /** How many symbols there are. */
  public static final int SYMBOLS = 256 + OFFSET;

  private static final String OTHERS = " .,?!'-";
  private static final List<String> DIGITS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");

  /** What is done with characters that have no symbol. */
  public enum Unknown {
    /** They are an error. */
    ERROR,
    /** They are left out. */
    DROP
  }

  public TextBytes {
    for (int i = 0; i < text.length(); i++) {
      check(text, i, text.charAt(i));
    }
    if (text.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      throw new IllegalArgumentException(
          text.isBlank() ? "an empty text" : "a text without a letter: '" + text + "'");
    }
  }

  private static void check(String text, int place, int c) {
    if (c >= '0' && c <= '9') {
      throw new IllegalArgumentException(
          "digit '%c' at place %d of '%s' has no reading: write it in letters"
              .formatted(c, place, text));
    }
    if (!known(c)) {
      throw new IllegalArgumentException(
          "character '%s' (U+%04X) at place %d of '%s' is none of a … z, space and .,?!'-"
              .formatted(Character.toString(c), c, place, text));
    }
  }

  private static boolean known(int c) {
    return c >= 'a' && c <= 'z' || OTHERS.indexOf(c) >= 0;
  }

  /**
   * A text in its canonical form (NFKC, small letters, single spaces); anything else is an error.
   */
  public static TextBytes of(String text) {
    return of(text, Unknown.ERROR);
  }

  /**
   * A text in its canonical form.
   *
   * @throws IllegalArgumentException naming the first character that has no symbol, and its place
   */
  public static TextBytes of(String text, Unknown unknown) {
    String form =
        Normalizer.normalize(text, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .replace('\u2019', '\'')
            .replace('\u2010', '-');
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < form.length(); i += Character.charCount(form.codePointAt(i))) {
      int c = form.codePointAt(i);
      if (Character.isWhitespace(c)) {
        kept.append(' ');
      } else if (known(c)) {
        kept.append((char) c);
      } else if (unknown == Unknown.ERROR) {
        check(form, i, c);
      }
    }
    return new TextBytes(kept.toString().replaceAll(" +", " ").strip());
  }

  /** A text whose single digits are written as the words of the corpus: 7 as seven. */
  public static String spelled(String text) {
    StringBuilder out = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      out.append(out.length() == 0 ? "" : " ");
      out.append(word.matches("[0-9]") ? DIGITS.get(word.charAt(0) - '0') : word);
    }
    return out.toString();
  }

  /** Its symbols, {@link #BEGIN} and {@link #END} included. */
  public int[] ids() {
    int[] ids = new int[text.length() + 2];
    ids[0] = BEGIN;
    for (int i = 0; i < text.length(); i++) {
      ids[i + 1] = text.charAt(i) + OFFSET;
    }
    ids[ids.length - 1] = END;
    return ids;
  }

  /** For each word the place of its last byte among {@link #ids}. */
  public int[] wordEnds() {
    return java.util.stream.IntStream.range(0, text.length())
        .filter(i -> text.charAt(i) != ' ' && (i + 1 == text.length() || text.charAt(i + 1) == ' '))
        .map(i -> i + 1)
        .toArray();
  }
}
