package resgen.kernel.eval;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import resgen.kernel.eval.Edited.Insertion;

/**
 * Methods of one name that call each other.
 *
 * <p>JShell compiles a method into a class of its own and imports the others, but a class's own
 * method hides all imported ones of its name: {@code int f(long x) { return f((int) x); }} calls
 * itself even when there is a {@code f(int)}. So such calls are compiled as calls of a class that
 * has all methods of that name, where the compiler chooses among them; {@link OverloadLinks} links
 * them to the methods themselves.
 *
 * <p>A method that calls itself is compiled so even when it is the only one: JShell of Java 17 puts
 * a method that names itself and its later overloads into one class, does not always take them out
 * again, and then finds them ambiguous.
 */
public final class Overloads {
  /** What a class of all methods of a name is called, before a number and that name. */
  public static final String ALL = "overloads__";

  /** What its methods are called, before that name. */
  static final String ONE = "overload__";

  /**
   * A class of all methods of a name. What is defined later is in a new one.
   *
   * @param heads what it has
   */
  private record All(String type, int number, Set<String> heads) {}

  private final JShell shell;
  private final Map<String, All> newest = new HashMap<>(); // by the methods' name

  Overloads(JShell shell) {
    this.shell = shell;
  }

  /**
   * Turns a method's calls of its own name into calls of all methods of that name.
   *
   * @param cell the methods of the cell, which are not all defined yet
   */
  void calls(
      Syntax.Declared here, MethodTree method, List<MethodTree> cell, List<Insertion> insertions) {
    String name = method.getName().toString();
    List<Integer> calls = new ArrayList<>();
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
        if (call.getMethodSelect() instanceof IdentifierTree called
            && called.getName().contentEquals(name)) {
          calls.add(here.at(called));
        }
        return super.visitMethodInvocation(call, nothing);
      }

      @Override
      public Void visitClass(ClassTree local, Void nothing) {
        return declares(local, name) ? null : super.visitClass(local, nothing);
      }
    }.scan(method.getBody(), null);
    if (!calls.isEmpty()) {
      String type = promise(name, cell);
      calls.forEach(at -> insertions.add(new Insertion(at, 0, type + "." + ONE)));
    }
  }

  /** The class of all methods of the name, those that the cell is yet to define too. */
  private String promise(String name, List<MethodTree> cell) {
    Map<String, MethodTree> all = new LinkedHashMap<>();
    trees(name).forEach(m -> all.put(types(m), m));
    cell.stream().filter(m -> m.getName().contentEquals(name)).forEach(m -> all.put(types(m), m));
    Set<String> heads = new LinkedHashSet<>();
    all.values().forEach(m -> heads.add(head(m)));
    All before = newest.get(name);
    if (before != null && before.heads.containsAll(heads)) {
      return before.type;
    }
    int number = before == null ? 1 : 1 + before.number;
    String type = ALL + number + "_" + name;
    newest.put(name, new All(type, number, heads));
    shell.eval(
        heads.stream()
            .map(head -> "static " + head + " { throw new AssertionError(); }")
            .collect(Collectors.joining("\n", "class " + type + " {\n", "\n}")));
    return type;
  }

  private static boolean declares(ClassTree type, String method) {
    return type.getMembers().stream()
        .anyMatch(m -> m instanceof MethodTree own && own.getName().contentEquals(method));
  }

  private static String types(MethodTree method) {
    return method.getParameters().stream()
        .map(p -> p.getType().toString().replace(" ", "") + (isVarArgs(p) ? "..." : ""))
        .map(type -> type.replace("[]...", "..."))
        .collect(Collectors.joining(","));
  }

  private static boolean isVarArgs(VariableTree parameter) {
    return parameter.toString().contains("...");
  }

  private List<MethodSnippet> methods(String name) {
    return shell
        .methods()
        .filter(m -> m.name().equals(name) && shell.status(m).isActive())
        .toList();
  }

  private List<MethodTree> trees(String name) {
    return methods(name).stream()
        .map(m -> Syntax.declaration(m.source()))
        .filter(d -> d != null && d.tree() instanceof MethodTree)
        .map(d -> (MethodTree) d.tree())
        .toList();
  }

  /** What stands before a method's body. */
  private static String head(MethodTree method) {
    StringBuilder out = new StringBuilder();
    if (!method.getTypeParameters().isEmpty()) {
      out.append('<').append(joined(method.getTypeParameters())).append("> ");
    }
    out.append(method.getReturnType()).append(' ');
    out.append(ONE).append(method.getName());
    out.append('(');
    List<String> parameters = new ArrayList<>();
    for (VariableTree p : method.getParameters()) {
      String type = p.getType().toString();
      boolean dots = isVarArgs(p) && type.endsWith("[]");
      parameters.add(
          (dots ? type.substring(0, type.length() - 2) + "..." : type) + " " + p.getName());
    }
    out.append(String.join(", ", parameters)).append(')');
    if (!method.getThrows().isEmpty()) {
      out.append(" throws ").append(joined(method.getThrows()));
    }
    return out.toString();
  }

  private static String joined(List<? extends Tree> trees) {
    return trees.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
