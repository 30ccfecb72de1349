package resgen.kernel.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShellException;
import jdk.jshell.UnresolvedReferenceException;

/** Turns failures into what a reader of the notebook needs: class, message, own lines, causes. */
final class ErrorReport {
  private static final String RED = "\u001b[1;31m";
  private static final String GREEN = "\u001b[32m";
  private static final String DIM = "\u001b[2m";
  private static final String OFF = "\u001b[0m";
  private static final int LIBRARY_FRAMES = 3;
  private static final int CONTEXT = 2;
  private static final int MAX_LINE = 120;
  private static final String OWN_ERRORS = Interrupts.class.getName() + "$";
  private static final String OWN_FRAMES = ErrorReport.class.getPackageName() + ".";

  private static final Pattern NOWHERE = Pattern.compile("(?m)\\n\\s*location: class\\s*$");

  private final Origins origins;
  private final Names names;
  private final Function<DeclarationSnippet, String> missing;

  /**
   * @param names what the notebook calls its classes
   * @param missing names what a declaration waits for
   */
  ErrorReport(Origins origins, Names names, Function<DeclarationSnippet, String> missing) {
    this.origins = origins;
    this.names = names;
    this.missing = missing;
  }

  /** An error in the notebook's own names. */
  private CellError error(String name, String message, List<String> lines) {
    return names.clear(new CellError(name, message, lines));
  }

  /** An error outside of the notebook's own code, such as in a magic. */
  CellError of(Throwable thrown) {
    List<String> out = new ArrayList<>();
    String name = name(thrown.getClass().getName());
    out.add(RED + name + OFF + message(thrown.getMessage()));
    Origins.Origin here = origins.current();
    out.add("    at " + place(here, here.firstLine() + 1));
    for (Throwable c = thrown.getCause(); c != null && out.size() < 12; c = c.getCause()) {
      out.add("Caused by: " + RED + c.getClass().getName() + OFF + message(c.getMessage()));
    }
    return error(name, thrown.getMessage(), out);
  }

  /**
   * An error thrown by the notebook's code.
   *
   * @param error JShell's view, with stack traces in terms of snippets
   * @param suppressed texts of the exceptions that it suppressed
   */
  CellError of(JShellException error, List<String> suppressed) {
    List<String> out = new ArrayList<>();
    String name = name(error);
    out.add(RED + name + OFF + message(text(error)));
    Throwable cause = error;
    boolean first = true;
    for (int depth = 0; cause instanceof JShellException e && depth < 20; depth++) {
      if (!first) {
        out.add("Caused by: " + RED + name(e) + OFF + message(text(e)));
      }
      frames(e.getStackTrace(), first, out);
      first = false;
      cause = cause.getCause();
    }
    suppressed.forEach(each -> out.add("Suppressed: " + each));
    return error(name, text(error), out);
  }

  private static String name(JShellException e) {
    return e instanceof EvalException v ? name(v.getExceptionClassName()) : "UnresolvedReference";
  }

  /** The class; ours by its last name. */
  private static String name(String className) {
    return className.startsWith(OWN_ERRORS) ? className.substring(OWN_ERRORS.length()) : className;
  }

  private String text(JShellException e) {
    if (!(e instanceof UnresolvedReferenceException u)) {
      return e.getMessage();
    }
    String what = missing.apply(u.getSnippet());
    return u.getSnippet().name()
        + " uses what is not defined yet"
        + (what.isEmpty() ? "" : ": " + what);
  }

  private static String message(String text) {
    return text == null || text.isEmpty() ? "" : ": " + text;
  }

  private static String place(Origins.Origin origin, int line) {
    return GREEN + "In [" + origin.cell() + "], line " + line + OFF;
  }

  private void frames(StackTraceElement[] stack, boolean withSource, List<String> out) {
    boolean shown = !withSource;
    int library = 0;
    int folded = 0;
    int total = 0;
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().startsWith(OWN_FRAMES)) {
        continue;
      }
      String file = frame.getFileName();
      if (file == null || !file.startsWith("#")) {
        if (++library <= LIBRARY_FRAMES) {
          out.add("    at " + DIM + frame + OFF);
        } else {
          folded++;
        }
        continue;
      }
      folded = fold(folded, out);
      library = 0;
      if (++total > 30) {
        out.add("    ... and so on: " + stack.length + " frames in all");
        return;
      }
      Origins.Origin origin = origins.of(file.substring(1));
      int line = origin.line(frame.getLineNumber());
      out.add("    at " + method(frame) + place(origin, line));
      if (!shown) {
        shown = true;
        source(origin, line, out);
      }
    }
    fold(folded, out);
  }

  private static int fold(int folded, List<String> out) {
    if (folded > 0) {
      out.add("    " + DIM + "... " + folded + " frames of libraries" + OFF);
    }
    return 0;
  }

  private static String method(StackTraceElement frame) {
    String method = frame.getMethodName();
    if (method.isEmpty() || method.equals("do_it$")) {
      return "";
    }
    String clear = method.contains("lambda$") ? "a lambda" : method;
    String owner = frame.getClassName();
    return (owner.isEmpty() ? clear : owner + "." + clear) + ", ";
  }

  private static void source(Origins.Origin origin, int line, List<String> out) {
    for (int l = line - CONTEXT; l <= line + CONTEXT; l++) {
      String text = origin.text(l);
      if (text != null) {
        String number = String.format(Locale.ROOT, "%4d  ", l);
        out.add(
            l == line
                ? RED + "  --> " + OFF + number + text
                : DIM + "      " + number + text + OFF);
      }
    }
  }

  /** Code that does not compile: each error with its line and a caret. */
  CellError ofCompilation(Edited snippet, List<Diag> diags) {
    Origins.Origin origin = origins.current();
    List<String> out = new ArrayList<>();
    String first = diags.isEmpty() ? "incomplete input" : firstLine(diags.get(0));
    if (diags.isEmpty()) {
      out.add(RED + "CompileError" + OFF + ": incomplete input");
      out.add("    at " + place(origin, origin.firstLine() + 1));
      source(origin, origin.firstLine() + 1, out);
    }
    for (Diag diag : diags) {
      int from = snippet.original((int) diag.getPosition());
      int to = snippet.original((int) diag.getEndPosition());
      mark(snippet.source(), message(diag), from, to, out);
    }
    return error("CompileError", first, out);
  }

  /** A string constant that no class file can hold. */
  CellError ofConstant(String source, LongConstants.Constant constant) {
    String message =
        String.format(
            Locale.ROOT,
            "a string constant of about %,d bytes; Java allows %,d (read it from a file instead)",
            constant.bytes(),
            LongConstants.MOST);
    List<String> out = new ArrayList<>();
    mark(source, message, constant.start(), constant.start() + 1, out);
    return error("CompileError", message, out);
  }

  private void mark(String source, String message, int position, int to, List<String> out) {
    Origins.Origin origin = origins.current();
    int at = Math.max(0, Math.min(position, source.length()));
    int start = source.lastIndexOf('\n', at - 1) + 1;
    int end = source.indexOf('\n', at);
    int line =
        origin.line(1 + (int) source.substring(0, at).chars().filter(c -> c == '\n').count());
    out.add(RED + "CompileError" + OFF + ": " + message);
    out.add("    at " + place(origin, line));
    String before = at - start > MAX_LINE ? "…" : "";
    start = Math.max(start, at - MAX_LINE);
    String text = source.substring(start, end < 0 ? source.length() : end);
    String after = text.length() > 2 * MAX_LINE ? "…" : "";
    text = text.substring(0, Math.min(text.length(), 2 * MAX_LINE));
    String number = String.format(Locale.ROOT, "%4d  ", line) + before;
    out.add(number + text + after);
    int width = Math.min(to, start + text.length()) - at;
    String indent = text.substring(0, at - start).replaceAll("[^\t]", " ");
    out.add(" ".repeat(number.length()) + indent + RED + "^".repeat(Math.max(1, width)) + OFF);
  }

  private static String firstLine(Diag diag) {
    return message(diag).lines().findFirst().orElse("");
  }

  private static String message(Diag diag) {
    return NOWHERE.matcher(diag.getMessage(Locale.ENGLISH).strip()).replaceAll("");
  }
}
