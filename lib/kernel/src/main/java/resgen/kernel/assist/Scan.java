package resgen.kernel.assist;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A cell up to a cursor, by its characters alone: the statements that are whole, where the
 * unfinished one begins, and whether the cursor is in code, in a string or comment, or in a magic.
 *
 * @param statements the whole statements before the cursor
 * @param start where the unfinished statement or the magic's line begins
 * @param place what the cursor is in
 * @param brackets how many brackets are open at the cursor
 */
record Scan(List<String> statements, int start, Place place, int brackets) {
  enum Place {
    CODE,
    TEXT,
    MAGIC
  }

  private static final Pattern GOES_ON =
      Pattern.compile(
          "(?:else|catch|finally|instanceof)\\b.*|[.,;)\\]?:+\\-*/=&|<>].*", Pattern.DOTALL);

  static Scan of(String code, int cursor) {
    return new Scanner(code, cursor).scan();
  }

  /**
   * The end of the comment or string that begins at a place, or the place itself; behind the code's
   * end when it is not closed.
   */
  static int skip(String code, int i) {
    if (code.startsWith("//", i)) {
      int line = code.indexOf('\n', i);
      return line < 0 ? code.length() + 1 : line;
    }
    if (code.startsWith("/*", i)) {
      int end = code.indexOf("*/", i + 2);
      return end < 0 ? code.length() + 1 : end + 2;
    }
    if (code.startsWith("\"\"\"", i)) {
      int at = i + 3;
      while (at < code.length() && !code.startsWith("\"\"\"", at)) {
        at += code.charAt(at) == '\\' ? 2 : 1;
      }
      return at >= code.length() ? code.length() + 1 : at + 3;
    }
    char quote = code.charAt(i);
    if (quote != '"' && quote != '\'') {
      return i;
    }
    int at = i + 1;
    while (at < code.length() && code.charAt(at) != quote && code.charAt(at) != '\n') {
      at += code.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(at, code.length()) + 1;
  }

  /** One pass over the characters. */
  private static final class Scanner {
    private final String code;
    private final int cursor;
    private final List<String> statements = new ArrayList<>();
    private int start;
    private int depth;
    private boolean fresh = true; // nothing of the next statement was seen

    Scanner(String code, int cursor) {
      this.code = code;
      this.cursor = cursor;
    }

    Scan scan() {
      int i = 0;
      while (i < cursor) {
        char c = code.charAt(i);
        int end = skip(code, i);
        if (end > cursor || (end == cursor && unclosed(i, end))) {
          return new Scan(statements, start, Place.TEXT, depth);
        }
        if (end > i) {
          fresh &= code.startsWith("//", i) || code.startsWith("/*", i);
          i = end;
        } else if (c == '%' && fresh && depth == 0) {
          int line = code.indexOf('\n', i);
          if (line < 0 || line >= cursor) {
            return new Scan(statements, i, Place.MAGIC, 0);
          }
          start = line + 1;
          i = line + 1;
        } else {
          step(c, i);
          i++;
        }
      }
      return new Scan(statements, start, Place.CODE, depth);
    }

    private void step(char c, int i) {
      fresh &= Character.isWhitespace(c);
      if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (c == ')' || c == ']' || c == '}') {
        depth = Math.max(0, depth - 1);
      }
      if (depth == 0 && (c == ';' || (c == '}' && ends(i + 1)))) {
        statements.add(code.substring(start, i + 1).strip());
        start = i + 1;
        fresh = true;
      }
    }

    /** Whether a closing brace ends its statement, going by what follows it. */
    private boolean ends(int after) {
      String rest = code.substring(after, Math.min(code.length(), after + 200)).stripLeading();
      boolean loop = code.substring(start).stripLeading().startsWith("do");
      return !GOES_ON.matcher(rest).matches() && !(loop && rest.startsWith("while"));
    }

    private boolean unclosed(int from, int to) {
      return code.startsWith("//", from) && to == cursor;
    }
  }
}
