package resgen.kernel.assist;

/** Finds the call whose arguments a cursor is in. */
final class Calls {
  private Calls() {}

  /** Where the name of the innermost open call before the cursor ends, or -1. */
  static int open(String code, int cursor) {
    Brackets brackets = Brackets.of(code, cursor);
    int last = brackets.open().size() - 1;
    if (last < 0 || code.charAt(brackets.open().get(last)) != '(') {
      return -1;
    }
    int bracket = brackets.open().get(last);
    int end = beforeTypeArguments(code, code.substring(0, bracket).stripTrailing().length());
    boolean named = end > 0 && Character.isJavaIdentifierPart(code.charAt(end - 1));
    return named ? end : -1;
  }

  /** Where {@code new ArrayList<>} ends without what is in angle brackets. */
  private static int beforeTypeArguments(String code, int end) {
    if (end == 0 || code.charAt(end - 1) != '>') {
      return end;
    }
    int depth = 0;
    for (int i = end - 1; i >= 0; i--) {
      depth += code.charAt(i) == '>' ? 1 : code.charAt(i) == '<' ? -1 : 0;
      if (depth == 0) {
        return code.substring(0, i).stripTrailing().length();
      }
    }
    return end;
  }
}
