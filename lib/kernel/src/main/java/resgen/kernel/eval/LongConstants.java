package resgen.kernel.eval;

/**
 * Finds string constants that are too long for a class file, before javac does: after such an error
 * the compiler that JShell keeps would fail for every later cell.
 */
final class LongConstants {
  /** The most bytes that a constant may have in a class file. */
  static final int MOST = 65_535;

  private static final int BYTES_PER_CHAR = 3;

  /**
   * A constant: literals joined by {@code +}.
   *
   * @param start where its first literal begins
   * @param bytes its length in the class file, about
   */
  record Constant(int start, int bytes) {}

  private final String source;
  private int at;
  private int start = -1;
  private int bytes;
  private Constant longest = new Constant(0, 0);

  private LongConstants(String source) {
    this.source = source;
  }

  /** The longest constant if it is too long, else null. */
  static Constant find(String source) {
    if (source.length() * (long) BYTES_PER_CHAR <= MOST) {
      return null;
    }
    LongConstants scan = new LongConstants(source);
    scan.run();
    return scan.longest.bytes() > MOST ? scan.longest : null;
  }

  private void run() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (source.startsWith("//", at)) {
        skipTo("\n");
      } else if (source.startsWith("/*", at)) {
        skipTo("*/");
      } else if (source.startsWith("\"\"\"", at)) {
        literal("\"\"\"");
      } else if (c == '"') {
        literal("\"");
      } else if (c == '\'') {
        skipQuoted("'");
        ends();
      } else {
        if (!Character.isWhitespace(c) && c != '+' && c != '(' && c != ')') {
          ends();
        }
        at++;
      }
    }
    ends();
  }

  private void skipTo(String end) {
    int found = source.indexOf(end, at + 2);
    at = found < 0 ? source.length() : found + end.length();
  }

  private void literal(String quote) {
    start = start < 0 ? at : start;
    bytes += skipQuoted(quote);
  }

  /** Moves behind a literal and returns its length in bytes. */
  private int skipQuoted(String quote) {
    int length = 0;
    at += quote.length();
    while (at < source.length() && !source.startsWith(quote, at)) {
      char c = source.charAt(at);
      length += c == 0 || c > 0x7ff ? 3 : c > 0x7f ? 2 : 1;
      at += c == '\\' ? 2 : 1;
    }
    at += quote.length();
    return length;
  }

  private void ends() {
    if (bytes > longest.bytes()) {
      longest = new Constant(start, bytes);
    }
    start = -1;
    bytes = 0;
  }
}
