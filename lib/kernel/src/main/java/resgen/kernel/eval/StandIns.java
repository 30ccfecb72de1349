package resgen.kernel.eval;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.Tree;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;

/**
 * Types that the compiler refuses because others are not there yet, where it should wait for them.
 * Compilers before Java 21 or so find that methods with {@code @Override} override nothing when the
 * interface is not there; they take one that is not there for one that is not sealed, and refuse a
 * {@code non-sealed} type; and they refuse a sealed type that permits both a type of its own body
 * and one that is not there.
 *
 * <p>A type of the same name stands in for it until the others are there; then the type itself
 * replaces it.
 */
final class StandIns {
  private static final String NOT_SEALED = "compiler.err.non.sealed.with.no.sealed.supertype";
  private static final String PERMITS = "compiler.err.invalid.permits.clause";
  private static final String OVERRIDE = "compiler.err.method.does.not.override.superclass";
  private static final String UNKNOWN = "compiler.err.cant.resolve";
  private static final Set<String> MENDED = Set.of(NOT_SEALED, PERMITS, OVERRIDE, UNKNOWN);

  /**
   * A type that a stand-in is for.
   *
   * @param origin where it was written
   */
  record Awaited(Edited type, Origins.Origin origin) {}

  private final JShell shell;
  private final Map<Snippet, Awaited> waiting = new LinkedHashMap<>();

  StandIns(JShell shell) {
    this.shell = shell;
  }

  /**
   * What stands in for a type that was refused; null when it was refused for another reason.
   *
   * @param diags why the compiler refused it
   */
  static String standIn(String source, List<Diag> diags) {
    Set<String> codes =
        diags.stream()
            .map(d -> d.getCode().startsWith(UNKNOWN) ? UNKNOWN : d.getCode())
            .collect(Collectors.toSet());
    if (!codes.contains(UNKNOWN) || codes.size() < 2 || !MENDED.containsAll(codes)) {
      return null;
    }
    Syntax.Declared parsed = Syntax.declaration(source);
    if (parsed == null || !(parsed.tree() instanceof ClassTree type)) {
      return null;
    }
    if (codes.contains(NOT_SEALED)) {
      return open(type);
    }
    String text = codes.contains(PERMITS) ? withoutOwn(source, parsed, type) : source;
    return text == null ? null : text.replaceAll("@Override\\b", "");
  }

  /** A sealed type without the types of its body that extend it. */
  private static String withoutOwn(String source, Syntax.Declared parsed, ClassTree type) {
    String name = type.getSimpleName().toString();
    StringBuilder out = new StringBuilder(source);
    List<? extends Tree> members = type.getMembers();
    Set<String> own = new HashSet<>();
    for (int i = members.size() - 1; i >= 0; i--) {
      if (members.get(i) instanceof ClassTree nested && Forms.isDirect(nested, name)) {
        own.add(name + "." + nested.getSimpleName());
        out.delete(parsed.at(nested), parsed.after(nested));
      }
    }
    List<? extends Tree> permitted = type.getPermitsClause();
    String others =
        permitted.stream()
            .map(Object::toString)
            .filter(p -> !own.contains(p) && !own.contains(name + "." + p))
            .collect(Collectors.joining(", "));
    if (own.isEmpty() || others.isEmpty()) {
      return null;
    }
    out.replace(
        parsed.at(permitted.get(0)), parsed.after(permitted.get(permitted.size() - 1)), others);
    return out.toString();
  }

  /** An interface with the interfaces of a non-sealed type. */
  private static String open(ClassTree type) {
    List<? extends Tree> interfaces = type.getImplementsClause();
    if (interfaces.isEmpty()) {
      return null;
    }
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
  void await(Snippet standIn, Awaited type) {
    waiting.put(standIn, type);
  }

  /** A type whose stand-in is complete, or null; forgets it. */
  Awaited ready() {
    waiting.keySet().removeIf(s -> !shell.status(s).isActive()); // it was defined anew meanwhile
    for (Snippet standIn : waiting.keySet()) {
      if (shell.status(standIn) == Snippet.Status.VALID) {
        return waiting.remove(standIn);
      }
    }
    return null;
  }
}
