package resgen.kernel.assist;

import java.util.List;

/**
 * Replacements for the text from {@code start} to the cursor, the best first.
 *
 * @param matches what may stand there
 * @param start where the text begins that they replace
 */
public record Completions(List<Match> matches, int start) {
  /**
   * A replacement.
   *
   * @param kind what it is, in Jupyter's words: {@code class}, {@code function}, {@code instance},
   *     {@code keyword}, {@code module}, {@code magic}, {@code path}
   */
  public record Match(String text, String kind) {}

  public Completions {
    matches = List.copyOf(matches);
  }

  static Completions none(int cursor) {
    return new Completions(List.of(), cursor);
  }

  /** The texts of the matches. */
  public List<String> texts() {
    return matches.stream().map(Match::text).toList();
  }
}
