package resgen.kernel.eval;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
  private final Overloads overloads;
  private final StandIns standIns;
  private final Set<DeclarationSnippet> incomplete = new LinkedHashSet<>();
  private final Set<DeclarationSnippet> waiting = new LinkedHashSet<>();

  Snippets(JShell shell, LiveControl control, Origins origins, ErrorReport report) {
    this.shell = shell;
    this.control = control;
    this.origins = origins;
    this.report = report;
    overloads = new Overloads(shell);
    standIns = new StandIns(shell);
  }

  /** The methods of one name that call each other. */
  Overloads overloads() {
    return overloads;
  }

  /**
   * Runs a snippet.
   *
   * @param quiet whether the value of an expression is not to be shown
   */
  Outcome run(Edited snippet, boolean quiet) {
    String source = snippet.text();
    if (Interrupts.takePending()) {
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
        outcome = outcomeOf(snippet, event, value, suppressed, quiet);
        if (!outcome.ok()) {
          break;
        }
      }
    }
    for (SnippetEvent event : events) { // what no longer compiles with a new definition
      if (event.causeSnippet() != null
          && event.previousStatus().isActive()
          && event.snippet() instanceof DeclarationSnippet broken
          && isUnusable(broken)) {
        incomplete.add(broken);
      }
    }
    Outcome awaited = defineAwaited();
    outcome = outcome.ok() && !awaited.ok() ? awaited : outcome;
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

  private boolean isUnusable(DeclarationSnippet snippet) {
    Snippet.Status status = shell.status(snippet);
    return status == Snippet.Status.REJECTED || status == Snippet.Status.RECOVERABLE_NOT_DEFINED;
  }

  /** Types for which others stood in, and which are complete now. */
  private Outcome defineAwaited() {
    Origins.Origin here = origins.current();
    Outcome outcome = Outcome.of(null);
    StandIns.Awaited next = standIns.ready();
    while (next != null && outcome.ok()) {
      origins.begin(next.origin());
      SnippetEvent event = shell.eval(next.type().text()).get(0);
      origins.assign(event.snippet().id());
      outcome = outcomeOf(next.type(), event, null, List.of(), true);
      next = standIns.ready();
    }
    origins.begin(here);
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
      Edited written, SnippetEvent event, Object value, List<String> suppressed, boolean quiet) {
    Snippet snippet = event.snippet();
    if (event.status() == Snippet.Status.REJECTED) {
      List<Diag> diags = shell.diagnostics(snippet).filter(Diag::isError).toList();
      String standIn = StandIns.standIn(snippet.source(), diags);
      if (standIn != null) {
        SnippetEvent stands = shell.eval(standIn).get(0);
        origins.assign(stands.snippet().id());
        if (stands.status() != Snippet.Status.REJECTED) {
          standIns.await(stands.snippet(), new StandIns.Awaited(written, origins.current()));
          incomplete.add((DeclarationSnippet) stands.snippet());
          return Outcome.of(null);
        }
      }
      return Outcome.failed(report.ofCompilation(of(snippet, written), diags));
    }
    if (event.exception() != null) {
      return Outcome.failed(report.of(event.exception(), suppressed));
    }
    if (snippet instanceof DeclarationSnippet declaration
        && (event.status() == Snippet.Status.RECOVERABLE_DEFINED
            || event.status() == Snippet.Status.RECOVERABLE_NOT_DEFINED)) {
      if (missing(declaration).isEmpty()
          && event.status() == Snippet.Status.RECOVERABLE_NOT_DEFINED) {
        return unrecoverable(written, declaration);
      }
      incomplete.add(declaration);
    }
    boolean expression =
        snippet.kind() == Snippet.Kind.EXPRESSION
            || snippet.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
    return Outcome.of(expression && !quiet ? value : null);
  }

  /** What nothing defined later can mend would break every later compilation. */
  private Outcome unrecoverable(Edited written, DeclarationSnippet snippet) {
    List<Diag> diags = shell.diagnostics(snippet).filter(Diag::isError).toList();
    shell.drop(snippet);
    return Outcome.failed(report.ofCompilation(of(snippet, written), diags));
  }

  /** What a snippet was written as; JShell's own text where it made several snippets of one. */
  private static Edited of(Snippet snippet, Edited written) {
    return snippet.source().equals(written.text()) ? written : Edited.plain(snippet.source());
  }

  /** What a declaration waits for. */
  String missing(DeclarationSnippet declaration) {
    return shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "));
  }

  /** What cannot be used after the cell and why; forgets it. */
  List<String> incomplete() {
    List<String> out = new ArrayList<>();
    for (DeclarationSnippet each : List.copyOf(waiting)) { // told of after an earlier cell
      if (!isUnusable(each)) {
        waiting.remove(each);
      } else if (missing(each).isEmpty()) {
        incomplete.add(each);
      }
    }
    for (DeclarationSnippet each : incomplete) {
      if (isUnusable(each) || shell.status(each) == Snippet.Status.RECOVERABLE_DEFINED) {
        String missing = missing(each);
        if (missing.isEmpty()) {
          out.add(each.name() + " cannot be used: " + why(each));
          waiting.remove(each);
        } else {
          out.add(each.name() + " is defined, but cannot be used until there is: " + missing);
          waiting.add(each);
        }
      }
    }
    incomplete.clear();
    return out;
  }

  private String why(DeclarationSnippet broken) {
    return shell
        .diagnostics(broken)
        .filter(Diag::isError)
        .map(d -> d.getMessage(Locale.ENGLISH).strip())
        .findFirst()
        .orElse("it does not compile with what is defined now");
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
