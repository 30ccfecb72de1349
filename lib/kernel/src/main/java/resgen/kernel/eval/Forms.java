package resgen.kernel.eval;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import resgen.kernel.eval.Edited.Insertion;

/**
 * What Java allows in a file and JShell, which compiles each snippet as a public member of a class
 * of its own, does not: the cell is taken as the file.
 *
 * <ul>
 *   <li>A record's canonical constructor without an access modifier becomes public, as its record
 *       is.
 *   <li>A sealed type without {@code permits} permits the types of the cell that extend it.
 *   <li>Methods of one name call each other ({@link Overloads}).
 * </ul>
 */
final class Forms {
  private final List<Pieces.Piece> pieces;
  private final List<Syntax.Declared> declared = new ArrayList<>(); // null for what is none
  private final Overloads overloads;

  /** For the snippets of a cell. */
  Forms(List<Pieces.Piece> pieces, Overloads overloads) {
    this.pieces = pieces;
    this.overloads = overloads;
    for (Pieces.Piece piece : pieces) {
      boolean braces = piece.text().indexOf('{') >= 0;
      declared.add(braces ? Syntax.declaration(piece.text()) : null);
    }
  }

  /** A snippet of the cell as it is to be compiled. */
  Edited of(int piece) {
    String source = pieces.get(piece).text();
    Syntax.Declared here = declared.get(piece);
    List<Insertion> insertions = new ArrayList<>();
    if (here != null && here.tree() instanceof ClassTree type) {
      if (type.getKind() == Tree.Kind.RECORD) {
        constructors(source, here, type, insertions);
      }
      if (type.getModifiers().getFlags().contains(Modifier.SEALED)
          && type.getPermitsClause().isEmpty()) {
        permits(source, here, type, insertions);
      }
    } else if (here != null && here.tree() instanceof MethodTree method) {
      overloads.calls(here, method, methods(), insertions);
    }
    insertions.sort(Comparator.comparingInt(Insertion::at));
    return new Edited(source, insertions);
  }

  private List<MethodTree> methods() {
    List<MethodTree> out = new ArrayList<>();
    for (Syntax.Declared each : declared) {
      if (each != null && each.tree() instanceof MethodTree method) {
        out.add(method);
      }
    }
    return out;
  }

  private static void constructors(
      String source, Syntax.Declared here, ClassTree type, List<Insertion> out) {
    long components =
        type.getMembers().stream()
            .filter(VariableTree.class::isInstance)
            .filter(v -> !has(((VariableTree) v).getModifiers().getFlags(), Modifier.STATIC))
            .count();
    for (Tree member : type.getMembers()) {
      if (!(member instanceof MethodTree method)
          || !method.getName().contentEquals("<init>")
          || here.at(method) < 0
          || method.getBody() == null) {
        continue;
      }
      int start = here.at(method);
      String head = source.substring(start, Math.max(start, here.at(method.getBody())));
      int name = head.lastIndexOf(type.getSimpleName().toString());
      boolean compact = name >= 0 && head.indexOf('(', name) < 0;
      Set<Modifier> flags = method.getModifiers().getFlags();
      boolean canonical = compact || method.getParameters().size() == components;
      if (name < 0 || !canonical || has(flags, Modifier.PUBLIC) || has(flags, Modifier.PRIVATE)) {
        continue;
      }
      if (has(flags, Modifier.PROTECTED)) {
        int at = start + head.indexOf("protected");
        out.add(new Insertion(at, "protected".length(), "public"));
      } else {
        out.add(new Insertion(start, 0, "public "));
      }
    }
  }

  private static boolean has(Set<Modifier> flags, Modifier flag) {
    return flags.contains(flag);
  }

  private void permits(String source, Syntax.Declared here, ClassTree type, List<Insertion> out) {
    String name = type.getSimpleName().toString();
    List<String> permitted = new ArrayList<>();
    for (Tree member : type.getMembers()) {
      if (member instanceof ClassTree nested && isDirect(nested, name)) {
        permitted.add(name + "." + nested.getSimpleName());
      }
    }
    int inside = permitted.size();
    for (Syntax.Declared each : declared) {
      if (each != null && each.tree() instanceof ClassTree other && isDirect(other, name)) {
        permitted.add(other.getSimpleName().toString());
      }
    }
    int body = source.indexOf('{', here.after(type.getModifiers()));
    if (permitted.size() > inside && body >= 0) {
      out.add(new Insertion(body, 0, "permits " + String.join(", ", permitted) + " "));
    }
  }

  /** Whether a type names another one as its parent. */
  static boolean isDirect(ClassTree type, String parent) {
    List<Tree> parents = new ArrayList<>(type.getImplementsClause());
    if (type.getExtendsClause() != null) {
      parents.add(type.getExtendsClause());
    }
    return parents.stream().anyMatch(p -> p.toString().replaceFirst("<.*", "").equals(parent));
  }
}
