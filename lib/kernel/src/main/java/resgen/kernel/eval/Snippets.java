package resgen.kernel.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    Outcome outcome = Outcome.of(null);
    Map<String, String> before = typesOfVariables();
    List<SnippetEvent> events = shell.eval(source);
    Object value = control.takeValue();
    Throwable thrown = control.takeThrown();
    for (SnippetEvent event : events) {
      if (event.causeSnippet() == null) {
        origins.assign(event.snippet().id());
        outcome = outcomeOf(event, value, thrown, quiet);
        if (!outcome.ok()) {
          break;
        }
      }
    }
    if (!outcome.ok()) {
      restore(before);
    }
    for (String name : control.takeReset()) {
      System.err.println(
          "note: the variable " + name + " lost its value: its class was defined anew");
    }
    return outcome;
  }

  private Map<String, String> typesOfVariables() {
    return shell
        .variables()
        .filter(v -> shell.status(v).isActive())
        .collect(Collectors.toMap(VarSnippet::name, VarSnippet::typeName, (a, b) -> b));
  }

  /** JShell forgets a variable when its new declaration does not compile; bring it back. */
  private void restore(Map<String, String> before) {
    Map<String, String> lost = new TreeMap<>(before);
    lost.keySet().removeAll(typesOfVariables().keySet());
    lost.forEach(
        (name, type) -> {
          Object value = control.valueOf(name);
          shell.eval(type + " " + name + ";");
          control.setValueOf(name, value);
        });
  }

  private Outcome outcomeOf(SnippetEvent event, Object value, Throwable thrown, boolean quiet) {
    Snippet snippet = event.snippet();
    if (event.status() == Snippet.Status.REJECTED) {
      List<Diag> diags = shell.diagnostics(snippet).filter(Diag::isError).toList();
      return Outcome.failed(report.ofCompilation(snippet.source(), diags));
    }
    if (event.exception() != null) {
      return Outcome.failed(report.of(event.exception(), thrown));
    }
    if (snippet instanceof DeclarationSnippet declaration
        && (event.status() == Snippet.Status.RECOVERABLE_DEFINED
            || event.status() == Snippet.Status.RECOVERABLE_NOT_DEFINED)) {
      String missing = shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "));
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

  /** The notebook's variables with their live values, in order of their definition. */
  List<Session.Variable> variables() {
    List<Session.Variable> out = new ArrayList<>();
    shell.variables().filter(v -> shell.status(v).isActive()).forEach(v -> out.add(live(v)));
    return out;
  }

  private Session.Variable live(VarSnippet snippet) {
    shell.varValue(snippet); // through LiveControl, which notes the live value
    return new Session.Variable(snippet.typeName(), snippet.name(), control.takeVariable());
  }
}
