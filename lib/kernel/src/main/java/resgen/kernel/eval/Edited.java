package resgen.kernel.eval;

import java.util.List;

/**
 * A snippet as it is compiled: what the notebook's author wrote, with insertions that stay on their
 * lines.
 *
 * @param source as it was written
 * @param insertions in order of their places
 */
record Edited(String source, List<Insertion> insertions) {
  /**
   * A text that is put before the character at a place of the source, in place of the next {@code
   * replaced} characters.
   */
  record Insertion(int at, int replaced, String text) {}

  Edited {
    insertions = List.copyOf(insertions);
  }

  static Edited plain(String source) {
    return new Edited(source, List.of());
  }

  /** What is compiled. */
  String text() {
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (Insertion each : insertions) {
      out.append(source, from, each.at).append(each.text);
      from = each.at + each.replaced;
    }
    return out.append(source, from, source.length()).toString();
  }

  /** The place in the source of a place in the text. */
  int original(int position) {
    int moved = 0;
    for (Insertion each : insertions) {
      int start = each.at + moved;
      if (position < start) {
        break;
      }
      if (position < start + each.text.length()) {
        return each.at;
      }
      moved += each.text.length() - each.replaced;
    }
    return position - moved;
  }
}
