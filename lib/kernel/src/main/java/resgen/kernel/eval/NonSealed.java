package resgen.kernel.eval;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;

/**
 * {@code non-sealed} types whose sealed interface waits for them.
 *
 * <p>The compilers before Java 21 or so take an interface that is not there yet for one that is not
 * sealed, and refuse the type. A type of the same name stands in for it until the interface is
 * complete; then the type itself replaces it.
 */
final class NonSealed {
  private static final String REFUSED = "compiler.err.non.sealed.with.no.sealed.supertype";
  private static final String UNKNOWN = "compiler.err.cant.resolve";

  private final JShell shell;
  private final Map<Snippet, Edited> waiting = new LinkedHashMap<>();

  NonSealed(JShell shell) {
    this.shell = shell;
  }

  /**
   * What stands in for a type that was refused; null when it was refused for another reason.
   *
   * @param diags why the compiler refused it
   */
  static String standIn(String source, List<Diag> diags) {
    Set<String> codes = diags.stream().map(Diag::getCode).collect(Collectors.toSet());
    boolean only = codes.stream().allMatch(c -> c.equals(REFUSED) || c.startsWith(UNKNOWN));
    if (!only || !codes.contains(REFUSED) || codes.size() < 2) {
      return null;
    }
    Syntax.Declared parsed = Syntax.declaration(source);
    if (parsed == null || !(parsed.tree() instanceof ClassTree type)) {
      return null;
    }
    List<Tree> interfaces = new ArrayList<>(type.getImplementsClause());
    String name = type.getSimpleName().toString();
    String parameters =
        type.getTypeParameters().isEmpty()
            ? ""
            : type.getTypeParameters().stream()
                .map(Object::toString)
                .collect(Collectors.joining(", ", "<", ">"));
    return "sealed interface %s%s extends %s permits %s.Any { non-sealed interface Any%s extends %s%s {} }"
        .formatted(
            name,
            parameters,
            interfaces.stream().map(Object::toString).collect(Collectors.joining(", ")),
            name,
            parameters,
            name,
            parameters.isEmpty()
                ? ""
                : type.getTypeParameters().stream()
                    .map(p -> p.getName().toString())
                    .collect(Collectors.joining(", ", "<", ">")));
  }

  /** Notes that a snippet stands in for a type. */
  void await(Snippet standIn, Edited type) {
    waiting.put(standIn, type);
  }

  /** A type whose stand-in is complete, or null; forgets it. */
  Edited ready() {
    for (Snippet standIn : waiting.keySet()) {
      Snippet.Status status = shell.status(standIn);
      if (status == Snippet.Status.VALID || !status.isActive()) {
        Edited type = waiting.remove(standIn);
        return status == Snippet.Status.VALID ? type : ready();
      }
    }
    return null;
  }
}
