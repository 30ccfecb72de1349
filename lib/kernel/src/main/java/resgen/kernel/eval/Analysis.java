package resgen.kernel.eval;

import java.util.List;
import java.util.concurrent.Callable;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.VarSnippet;

/** What JShell knows of code that is being written, given what ran before. */
public final class Analysis {
  /**
   * A text that may stand at the end of the code.
   *
   * @param fits whether its type is what is expected there
   */
  public record Suggestion(String text, boolean fits) {}

  /** Suggestions for the code from {@code start} to its end. */
  public record Suggestions(List<Suggestion> texts, int start) {}

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final ClassLoader loader;

  private final Asking asking;

  /** Computes an answer where it can be waited for. */
  interface Asking {
    <T> T ask(Callable<T> question, T otherwise);
  }

  Analysis(JShell shell, SourceCodeAnalysis analysis, ClassLoader loader, Asking asking) {
    this.shell = shell;
    this.analysis = analysis;
    this.loader = loader;
    this.asking = asking;
  }

  /**
   * Computes an answer for a client, which waits for it half a minute at most, and no longer than
   * until an interrupt.
   *
   * @param otherwise the answer when it does not come in time
   */
  public <T> T ask(Callable<T> question, T otherwise) {
    return asking.ask(question, otherwise);
  }

  /** What may stand at the end of these statements, of which the last is unfinished. */
  public Suggestions suggestions(String code) {
    int[] anchor = {code.length()};
    List<Suggestion> found =
        analysis.completionSuggestions(code, code.length(), anchor).stream()
            .map(s -> new Suggestion(s.continuation(), s.matchesType()))
            .distinct()
            .toList();
    return new Suggestions(found, anchor[0]);
  }

  /** Signatures of what the code ends with; {@code method(} gives all methods of that name. */
  public List<String> signatures(String code) {
    return analysis.documentation(code, code.length(), false).stream()
        .map(Documentation::signature)
        .distinct()
        .toList();
  }

  /** The type of an expression, or null when it is none. */
  public String type(String expression) {
    return analysis.analyzeType(expression, expression.length());
  }

  /** What is imported, as {@code java.util.*} or {@code java.nio.file.Path}. */
  public List<String> imports() {
    return shell.imports().filter(i -> !i.isStatic()).map(ImportSnippet::fullname).toList();
  }

  /** Names of the notebook's variables. */
  public List<String> variables() {
    return shell.variables().map(VarSnippet::name).toList();
  }

  /** Sees the notebook's classes and libraries. */
  public ClassLoader loader() {
    return loader;
  }

  /** One of Jupyter's {@code complete}, {@code incomplete}, {@code invalid}. */
  public String completeness(String code) {
    String rest = code;
    while (true) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      Completeness is = info.completeness();
      if (is == Completeness.UNKNOWN) {
        String whole = Syntax.first(rest);
        if (whole == null || whole.length() == rest.length()) {
          return whole == null ? "invalid" : "complete";
        }
        rest = rest.substring(whole.length());
        continue;
      }
      boolean mayGoOn = is == Completeness.CONSIDERED_INCOMPLETE && !code.endsWith("\n");
      if (is == Completeness.DEFINITELY_INCOMPLETE || mayGoOn || isAnnotation(info.source())) {
        return "incomplete";
      }
      if (is != Completeness.EMPTY && !Syntax.accepts(info.source())) {
        return "invalid";
      }
      if (info.remaining().isBlank() || info.remaining().length() >= rest.length()) {
        return "complete";
      }
      rest = info.remaining();
    }
  }

  /** An annotation alone, with the semicolon that JShell adds: what it belongs to may follow. */
  private static boolean isAnnotation(String source) {
    return source != null && source.matches("\\s*@(?!interface\\b)[\\w.]+\\s*(\\([^()]*\\))?\\s*;");
  }
}
