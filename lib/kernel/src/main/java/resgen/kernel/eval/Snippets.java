package resgen.kernel.eval;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.VarSnippet;

/** Feeds JShell one snippet at a time and says what came of it. */
final class Snippets {
  private final JShell shell;
  private final LiveControl control;
  private final Origins origins;
  private final ErrorReport report;

  Snippets(JShell shell, LiveControl control, Origins origins, ErrorReport report) {
    this.shell = shell;
    this.control = control;
    this.origins = origins;
    this.report = report;
  }

  /**
   * Runs a snippet.
   *
   * @param quiet whether the value of an expression is not to be shown
   */
  Outcome run(String source, boolean quiet) {
    if (Interrupts.isPending()) {
      return Outcome.failed(report.of(Interrupts.interrupted()));
    }
    LongConstants.Constant tooLong = LongConstants.find(source);
    if (tooLong != null) {
      return Outcome.failed(report.ofConstant(source, tooLong));
    }
    Outcome outcome = Outcome.of(null);
    Map<String, Kept> before = kept();
    List<SnippetEvent> events = shell.eval(source);
    Object value = control.takeValue();
    List<String> suppressed = control.takeSuppressed();
    for (SnippetEvent event : events) {
      if (event.causeSnippet() == null) {
        origins.assign(event.snippet().id());
        outcome = outcomeOf(event, value, suppressed, quiet);
        if (!outcome.ok()) {
          break;
        }
      }
    }
    if (Interrupts.wasTaken() && outcome.ok()) {
      System.err.println("note: interrupted; the call ended early with what it had");
    }
    try {
      String settled = control.settle(restored(before));
      if (settled != null) {
        System.err.println("note: " + settled);
      }
    } catch (Interrupts.CellInterrupted e) {
      return Outcome.failed(report.of(e));
    }
    return outcome;
  }

  /** A variable before a snippet ran; the field keeps its value whatever JShell does. */
  private record Kept(String type, Field field) {}

  private Map<String, Kept> kept() {
    Map<String, Field> fields = control.variables().fields();
    Map<String, Kept> out = new TreeMap<>();
    active().forEach(v -> out.put(v.name(), new Kept(v.typeName(), fields.get(v.name()))));
    return out;
  }

  private Stream<VarSnippet> active() {
    return shell.variables().filter(v -> shell.status(v).isActive() && isDefined(v));
  }

  private boolean isDefined(VarSnippet v) {
    return shell.status(v) != Snippet.Status.RECOVERABLE_NOT_DEFINED;
  }

  /**
   * JShell forgets a variable when its new declaration does not compile, and one declared with
   * {@code var} when the class of its initializer changes; this brings it back.
   *
   * @return values that did not fit any more
   */
  private Map<String, Object> restored(Map<String, Kept> before) {
    Map<String, Kept> lost = new TreeMap<>(before);
    active().forEach(v -> lost.remove(v.name()));
    Map<String, Object> unfit = new TreeMap<>();
    lost.forEach(
        (name, kept) -> {
          Object value = LiveVariables.get(kept.field());
          shell.eval(kept.type() + " " + name + ";");
          if (!control.variables().set(name, value) && value != null) {
            unfit.put(name, value);
          }
        });
    return unfit;
  }

  private Outcome outcomeOf(
      SnippetEvent event, Object value, List<String> suppressed, boolean quiet) {
    Snippet snippet = event.snippet();
    if (event.status() == Snippet.Status.REJECTED) {
      List<Diag> diags = shell.diagnostics(snippet).filter(Diag::isError).toList();
      return Outcome.failed(report.ofCompilation(snippet.source(), diags));
    }
    if (event.exception() != null) {
      return Outcome.failed(report.of(event.exception(), suppressed));
    }
    if (snippet instanceof DeclarationSnippet declaration
        && (event.status() == Snippet.Status.RECOVERABLE_DEFINED
            || event.status() == Snippet.Status.RECOVERABLE_NOT_DEFINED)) {
      String missing = shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "));
      if (missing.isEmpty() && event.status() == Snippet.Status.RECOVERABLE_NOT_DEFINED) {
        return unrecoverable(declaration);
      }
      System.err.println(
          "note: "
              + declaration.name()
              + " is defined, but cannot be used until there is: "
              + missing);
    }
    boolean expression =
        snippet.kind() == Snippet.Kind.EXPRESSION
            || snippet.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
    return Outcome.of(expression && !quiet ? value : null);
  }

  /** What nothing defined later can mend would break every later compilation. */
  private Outcome unrecoverable(DeclarationSnippet snippet) {
    List<Diag> diags = shell.diagnostics(snippet).filter(Diag::isError).toList();
    shell.drop(snippet);
    return Outcome.failed(report.ofCompilation(snippet.source(), diags));
  }

  /** The notebook's variables with their live values, in order of their definition. */
  List<Session.Variable> variables() {
    List<Session.Variable> out = new ArrayList<>();
    active().forEach(v -> out.add(live(v)));
    return out;
  }

  private Session.Variable live(VarSnippet snippet) {
    shell.varValue(snippet); // through LiveControl, which notes the live value
    return new Session.Variable(snippet.typeName(), snippet.name(), control.takeVariable());
  }
}
