package resgen.kernel.eval;

import java.util.ArrayList;
import java.util.List;

/** Follows Java source line by line: inside a string, a comment, brackets, or at the top level. */
final class JavaLexer {
  private enum In {
    CODE,
    BLOCK_COMMENT,
    TEXT_BLOCK
  }

  private final List<Integer> ends = new ArrayList<>();
  private In in = In.CODE;
  private int depth;
  private char last;
  private int lineStart;
  private boolean open; // a string or a comment that the line's end closes

  /** The last character that is not of a comment; 0 when there is none, a quote for a string. */
  static char last(String code) {
    return over(code).last;
  }

  /** Where a statement or a declaration may end: behind semicolons and braces of the top level. */
  static List<Integer> ends(String code) {
    return over(code).ends;
  }

  private static JavaLexer over(String code) {
    JavaLexer lexer = new JavaLexer();
    for (String line : code.split("\n", -1)) {
      lexer.line(line);
    }
    return lexer;
  }

  /** Whether code follows when the current line goes on behind this beginning of it. */
  boolean isCodeBehind(String beginning) {
    JavaLexer copy = new JavaLexer();
    copy.in = in;
    copy.line(beginning);
    return copy.in == In.CODE && !copy.open;
  }

  /** Whether the next line begins outside comments, text blocks and brackets. */
  boolean atTopLevel() {
    return in == In.CODE && depth == 0;
  }

  /** Whether what came before is a whole statement. */
  boolean atStatementStart() {
    return atTopLevel() && (last == 0 || last == ';' || last == '}');
  }

  void line(String text) {
    int i = 0;
    open = false;
    while (i < text.length()) {
      i =
          switch (in) {
            case BLOCK_COMMENT -> inComment(text, i);
            case TEXT_BLOCK -> inTextBlock(text, i);
            case CODE -> inCode(text, i);
          };
    }
    lineStart += text.length() + 1;
  }

  private int inComment(String text, int i) {
    int end = text.indexOf("*/", i);
    if (end < 0) {
      return text.length();
    }
    in = In.CODE;
    return end + 2;
  }

  private int inTextBlock(String text, int i) {
    if (text.charAt(i) == '\\') {
      return i + 2;
    }
    if (text.startsWith("\"\"\"", i)) {
      in = In.CODE;
      last = '"';
      return i + 3;
    }
    return i + 1;
  }

  private int inCode(String text, int i) {
    if (text.startsWith("//", i)) {
      open = true;
      return text.length();
    }
    if (text.startsWith("/*", i)) {
      in = In.BLOCK_COMMENT;
      return i + 2;
    }
    if (text.startsWith("\"\"\"", i)) {
      in = In.TEXT_BLOCK;
      return i + 3;
    }
    char c = text.charAt(i);
    if (!Character.isWhitespace(c)) {
      last = c;
    }
    if (c == '"' || c == '\'') {
      return afterQuote(text, i + 1, c);
    }
    if (c == '(' || c == '[' || c == '{') {
      depth++;
    } else if (c == ')' || c == ']' || c == '}') {
      depth = Math.max(0, depth - 1);
    }
    if (depth == 0 && (c == ';' || c == '}')) {
      ends.add(lineStart + i + 1);
    }
    return i + 1;
  }

  private int afterQuote(String text, int from, char quote) {
    int i = from;
    while (i < text.length() && text.charAt(i) != quote) {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    open = i >= text.length();
    return i + 1;
  }
}
