package resgen.kernel.eval;

import java.util.HashMap;
import java.util.Map;

/** Where in which cell each snippet was written. */
final class Origins {
  /**
   * @param cell the number n of {@code In [n]}
   * @param firstLine the line of the cell, from 0, on which the snippet begins
   * @param source the cell's whole text
   */
  record Origin(int cell, int firstLine, String source) {
    /** The cell's line, from 1, for a line of the snippet, from 1. */
    int line(int snippetLine) {
      return firstLine + Math.max(1, snippetLine);
    }

    /** The text of a line, from 1, or null. */
    String text(int line) {
      String[] lines = source.split("\n", -1);
      return line >= 1 && line <= lines.length ? lines[line - 1] : null;
    }
  }

  private final Map<String, Origin> bySnippet = new HashMap<>();
  private Origin current = new Origin(0, 0, "");

  /** The snippets evaluated next begin here. */
  synchronized void begin(Origin origin) {
    current = origin;
  }

  synchronized Origin current() {
    return current;
  }

  synchronized void assign(String snippetId) {
    bySnippet.put(snippetId, current);
  }

  /** The origin of a snippet; of the one just running when JShell has not told its id yet. */
  synchronized Origin of(String snippetId) {
    return bySnippet.getOrDefault(snippetId, current);
  }
}
