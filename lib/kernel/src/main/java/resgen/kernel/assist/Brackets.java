package resgen.kernel.assist;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The brackets of some code up to a cursor; those in strings and comments are not brackets.
 *
 * @param open places of the brackets that are open at the cursor, the outermost first
 * @param pairs places of closing brackets to those of the opening ones
 * @param statement where the innermost statement begins that the cursor is in
 */
record Brackets(List<Integer> open, Map<Integer, Integer> pairs, int statement) {
  private static final Pattern EACH = Pattern.compile("\\([^;:?()\"']*:");

  static Brackets of(String code, int cursor) {
    Deque<Integer> open = new ArrayDeque<>();
    Map<Integer, Integer> pairs = new HashMap<>();
    int statement = 0;
    int i = 0;
    while (i < Math.min(cursor, code.length())) {
      int end = Scan.skip(code, i);
      if (end > i) {
        i = end;
        continue;
      }
      char c = code.charAt(i);
      if (c == '(' || c == '[' || c == '{') {
        open.addLast(i);
      } else if ((c == ')' || c == ']' || c == '}') && !open.isEmpty()) {
        pairs.put(i, open.removeLast());
      }
      boolean inBraces = open.isEmpty() || code.charAt(open.getLast()) == '{';
      if (c == '{' || c == '}' || (c == ';' && inBraces)) {
        statement = i + 1;
      }
      i++;
    }
    return new Brackets(new ArrayList<>(open), pairs, statement);
  }

  /** Where the word ends that stands before a place; the place itself when there is no word. */
  private static int wordEnd(String code, int place) {
    int end = code.substring(0, place).stripTrailing().length();
    return end > 0 && Character.isJavaIdentifierPart(code.charAt(end - 1)) ? end : place;
  }

  /** The word that ends at a place. */
  static String word(String code, int end) {
    int start = end;
    while (start > 0 && Character.isJavaIdentifierPart(code.charAt(start - 1))) {
      start--;
    }
    return code.substring(start, end);
  }

  /**
   * The code, of the same length, without the words {@code if} and {@code while} whose condition is
   * unfinished, and {@code for (T x :}: without a statement behind it, compilers up to Java 17
   * forget what is in the brackets.
   */
  static String withoutHeads(String code) {
    StringBuilder out = new StringBuilder(code);
    for (int bracket : of(code, code.length()).open()) {
      int end = wordEnd(code, bracket);
      String word = word(code, end);
      boolean loop = word.equals("while") && !code.stripLeading().startsWith("do");
      if (code.charAt(bracket) == '(' && (word.equals("if") || loop)) {
        out.replace(end - word.length(), end, " ".repeat(word.length()));
      } else if (code.charAt(bracket) == '(' && word.equals("for")) {
        Matcher each = EACH.matcher(code).region(bracket, code.length());
        int from = end - word.length();
        if (each.lookingAt()) {
          out.replace(from, each.end(), " ".repeat(each.end() - from));
        }
      }
    }
    return out.toString();
  }

  /**
   * Where the expression begins that ends at a place, such as {@code a.b(c)} or {@code new A()}.
   */
  int expression(String code, int end) {
    int at = code.substring(0, end).stripTrailing().length();
    while (at > 0) {
      char c = code.charAt(at - 1);
      if (c == ')' || c == ']') {
        Integer opened = pairs.get(at - 1);
        if (opened == null) {
          return end;
        }
        at = opened;
        int before = code.substring(0, at).stripTrailing().length();
        boolean called = before > 0 && Character.isJavaIdentifierPart(code.charAt(before - 1));
        if (called || c == ']') {
          at = before;
          continue;
        }
      } else if (Character.isJavaIdentifierPart(c)) {
        at -= word(code, at).length();
      } else {
        return at;
      }
      int before = code.substring(0, at).stripTrailing().length();
      if (before > 0 && code.charAt(before - 1) == '.') {
        at = code.substring(0, before - 1).stripTrailing().length();
      } else {
        return word(code, before).equals("new") ? before - "new".length() : at;
      }
    }
    return at;
  }
}
