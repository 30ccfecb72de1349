package resgen.kernel.assist;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A parsed source file, asked for the comments and the code of what it declares. */
final class SourceFile {
  /**
   * A declaration.
   *
   * @param comment its javadoc as it stands, or null
   * @param code its source
   */
  record Found(String comment, String code) {}

  private final String text;
  private final CompilationUnitTree unit;
  private final DocTrees trees;

  private SourceFile(String text, CompilationUnitTree unit, DocTrees trees) {
    this.text = text;
    this.unit = unit;
    this.trees = trees;
  }

  static Optional<SourceFile> parse(String text) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///A.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask)
            javac.getTask(
                new StringWriter(),
                null,
                problem -> {},
                List.of("-proc:none"),
                null,
                List.of(file));
    try {
      return Optional.of(
          new SourceFile(text, task.parse().iterator().next(), DocTrees.instance(task)));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /**
   * What is declared.
   *
   * @param types names from the outermost type inwards
   * @param what a member of it; its owner is not looked at
   */
  Optional<Found> find(List<String> types, Signature what) {
    List<? extends Tree> level = unit.getTypeDecls();
    TreePath path = new TreePath(unit);
    ClassTree type = null;
    for (String name : types) {
      type = null;
      for (Tree tree : level) {
        if (tree instanceof ClassTree c && c.getSimpleName().contentEquals(name)) {
          type = c;
          path = new TreePath(path, c);
          level = c.getMembers();
          break;
        }
      }
      if (type == null) {
        return Optional.empty();
      }
    }
    if (type == null || what.name() == null) {
      return Optional.ofNullable(type == null ? null : found(path));
    }
    String own = types.get(types.size() - 1);
    for (Tree member : type.getMembers()) {
      if (matches(member, what, own)) {
        return Optional.of(found(new TreePath(path, member)));
      }
    }
    return Optional.empty();
  }

  private static boolean matches(Tree member, Signature what, String own) {
    if (member instanceof VariableTree field) {
      return what.parameters() == null && field.getName().contentEquals(what.name());
    }
    if (!(member instanceof MethodTree method) || what.parameters() == null) {
      return false;
    }
    String name = method.getName().contentEquals("<init>") ? own : method.getName().toString();
    List<String> types = new ArrayList<>();
    for (VariableTree parameter : method.getParameters()) {
      types.addAll(Signature.types(parameter.getType() + " p"));
    }
    return name.equals(what.name()) && types.equals(what.parameters());
  }

  private Found found(TreePath path) {
    SourcePositions positions = trees.getSourcePositions();
    int from = (int) positions.getStartPosition(unit, path.getLeaf());
    int to = (int) positions.getEndPosition(unit, path.getLeaf());
    boolean known = from >= 0 && to <= text.length() && to > from;
    int line = known ? text.lastIndexOf('\n', from) + 1 : 0;
    String code = known ? text.substring(line, to).stripIndent() : path.getLeaf().toString();
    return new Found(trees.getDocComment(path), code);
  }
}
