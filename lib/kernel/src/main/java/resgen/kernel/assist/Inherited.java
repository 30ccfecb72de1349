package resgen.kernel.assist;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import resgen.kernel.assist.Completions.Match;
import resgen.kernel.eval.Analysis;

/**
 * Public members that a public type has from parents that are not public, such as a library's base
 * class of its own package: code may use them, and JShell's completion leaves them out.
 */
final class Inherited {
  private static final String PROBE = "$probe$";

  private final Analysis analysis;
  private final Inspector inspector;

  Inherited(Analysis analysis, Inspector inspector) {
    this.analysis = analysis;
    this.inspector = inspector;
  }

  /**
   * A member.
   *
   * @param signature as JShell writes it
   */
  record Member(String name, boolean isStatic, Match match, String signature) {}

  /**
   * Members of what stands before a dot.
   *
   * @param code statements, of which the last is unfinished
   * @param dot the place of the dot
   */
  List<Member> before(String code, int dot) {
    Brackets brackets = Brackets.of(code, dot);
    int start = brackets.expression(code, dot);
    String receiver = code.substring(start, dot).strip();
    if (receiver.isEmpty()) {
      return List.of();
    }
    int statement = Math.min(brackets.statement(), start);
    String above = statement == 0 ? ";" : code.substring(0, statement);
    String probe = above + "var " + PROBE + " = " + receiver + ";\n" + PROBE;
    Optional<Class<?>> value =
        analysis.signatures(probe).stream()
            .filter(s -> s.startsWith(PROBE + ":"))
            .findFirst()
            .flatMap(s -> inspector.type(Signature.withoutTypeArguments(s.substring(8))));
    if (value.isPresent()) {
      return of(value.get(), false);
    }
    return receiver.matches("[\\w.]*\\b[A-Z]\\w*")
        ? inspector.type(receiver).map(type -> of(type, true)).orElse(List.of())
        : List.of();
  }

  private static List<Member> of(Class<?> type, boolean onlyStatic) {
    List<Member> out = new ArrayList<>();
    if (Modifier.isPublic(type.getModifiers())) {
      for (Class<?> parent : parents(type, new LinkedHashSet<>())) {
        if (!Modifier.isPublic(parent.getModifiers())) {
          try {
            members(parent, out);
          } catch (LinkageError e) {
            // It names types that are not there.
          }
        }
      }
    }
    return out.stream().filter(m -> m.isStatic || !onlyStatic).toList();
  }

  private static Set<Class<?>> parents(Class<?> type, Set<Class<?>> found) {
    if (type.getSuperclass() != null && found.add(type.getSuperclass())) {
      parents(type.getSuperclass(), found);
    }
    for (Class<?> each : type.getInterfaces()) {
      if (found.add(each)) {
        parents(each, found);
      }
    }
    return found;
  }

  private static void members(Class<?> parent, List<Member> out) {
    String owner = " " + parent.getName().replace('$', '.') + ".";
    for (Method m : parent.getDeclaredMethods()) {
      if (Modifier.isPublic(m.getModifiers()) && !m.isSynthetic()) {
        String parameters =
            Arrays.stream(m.getParameters()).map(Inherited::text).collect(Collectors.joining(", "));
        Match match = new Match(m.getName() + (m.getParameterCount() > 0 ? "(" : "()"), "function");
        String signature =
            m.getReturnType().getSimpleName() + owner + m.getName() + "(" + parameters + ")";
        out.add(new Member(m.getName(), Modifier.isStatic(m.getModifiers()), match, signature));
      }
    }
    for (Field f : parent.getDeclaredFields()) {
      if (Modifier.isPublic(f.getModifiers()) && !f.isSynthetic()) {
        String signature = owner.strip() + f.getName() + ":" + f.getType().getSimpleName();
        Match match = new Match(f.getName(), "instance");
        out.add(new Member(f.getName(), Modifier.isStatic(f.getModifiers()), match, signature));
      }
    }
  }

  private static String text(Parameter parameter) {
    return parameter.getType().getSimpleName() + " " + parameter.getName();
  }
}
