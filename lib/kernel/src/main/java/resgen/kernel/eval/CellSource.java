package resgen.kernel.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a cell into Java code and magics; a percent sign inside Java code stays Java. */
final class CellSource {
  /** A piece of the cell that begins on the given line, counted from 0. */
  sealed interface Part {
    int line();
  }

  record Code(String text, int line) implements Part {}

  /**
   * @param text what stands after the name, as written
   * @param args the same, split
   */
  record LineMagic(String name, String text, List<String> args, int line) implements Part {}

  record CellMagic(String name, List<String> args, String body, int line) implements Part {}

  private static final Pattern CELL =
      Pattern.compile("\\s*%%(\\w+)([^\\n]*)(?:\\n(.*))?", Pattern.DOTALL);
  private static final Pattern LINE = Pattern.compile("\\s*%(\\w+)(.*)");
  private static final Pattern QUESTION = Pattern.compile("\\s*([\\w.]+)\\?\\??\\s*");
  private static final Pattern ASSIGNED = Pattern.compile("(.*[\\w>\\]]\\s*=)\\s*%(\\w+)(.*)");

  private CellSource() {}

  /**
   * The parts in order.
   *
   * @param isMagic whether a line magic of that name exists
   */
  static List<Part> parse(String cell, Predicate<String> isMagic) {
    String source = cell.replace("\r\n", "\n");
    Matcher whole = CELL.matcher(source);
    if (whole.matches()) {
      String body = whole.group(3) == null ? "" : whole.group(3);
      int line = (int) source.substring(0, whole.start(1)).lines().count() - 1;
      return List.of(new CellMagic(whole.group(1), arguments(whole.group(2)), body, line));
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder code = new StringBuilder();
    int codeLine = 0;
    JavaLexer lexer = new JavaLexer();
    String[] lines = source.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      Matcher magic = LINE.matcher(lines[i]);
      if (lexer.atTopLevel()
          && magic.matches()
          && (isMagic.test(magic.group(1)) || lexer.atStatementStart())) {
        if (!code.toString().isBlank()) {
          parts.add(new Code(code.toString(), codeLine));
        }
        code.setLength(0);
        codeLine = i + 1;
        String text = magic.group(2);
        parts.add(new LineMagic(magic.group(1), text.strip(), arguments(text), i));
        lexer = new JavaLexer();
        continue;
      }
      Matcher question = QUESTION.matcher(lines[i]);
      if (i == lines.length - 1 && lexer.atStatementStart() && question.matches()) {
        parts.addAll(
            code.toString().isBlank() ? List.of() : List.of(new Code(code.toString(), codeLine)));
        String about = question.group(1);
        parts.add(new LineMagic("pinfo", about, List.of(about), i));
        return parts;
      }
      String line = assigned(lines[i], lexer, isMagic);
      lexer.line(line);
      code.append(line).append(i + 1 < lines.length ? "\n" : "");
    }
    if (!code.toString().isBlank()) {
      parts.add(new Code(code.toString(), codeLine));
    }
    return parts;
  }

  /** {@code List<String> jars = %jars a.jar} becomes a call. */
  private static String assigned(String line, JavaLexer lexer, Predicate<String> isMagic) {
    Matcher m = ASSIGNED.matcher(line);
    if (!lexer.atTopLevel()
        || !m.matches()
        || !isMagic.test(m.group(2))
        || !lexer.isCodeBehind(m.group(1))) {
      return line;
    }
    StringBuilder call = new StringBuilder(m.group(1));
    call.append(" resgen.kernel.Notebook.lineMagic(").append(literal(m.group(2)));
    call.append(", java.util.List.of(");
    List<String> args = arguments(m.group(3));
    for (int i = 0; i < args.size(); i++) {
      call.append(i == 0 ? "" : ", ").append(literal(args.get(i)));
    }
    return call.append("));").toString();
  }

  private static String literal(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t") + '"';
  }

  /** Arguments apart at blanks; quotes keep blanks; a backslash is itself except before a quote. */
  static List<String> arguments(String text) {
    List<String> out = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        current.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
        any = true;
      } else if (!quoted && Character.isWhitespace(c)) {
        if (any || current.length() > 0) {
          out.add(current.toString());
        }
        current.setLength(0);
        any = false;
      } else {
        current.append(c);
      }
    }
    if (any || current.length() > 0) {
      out.add(current.toString());
    }
    return out;
  }
}
