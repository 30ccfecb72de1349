package resgen.kernel.eval;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Whether the compiler's parser accepts a snippet, as any of what may stand in a cell. Names and
 * types are not looked at.
 *
 * <p>JShell's own judgement of completeness looks only for the end of a snippet, and finds one in
 * {@code int = 5;}.
 */
final class Syntax {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  private static final Pattern GOES_ON = Pattern.compile("\\s*(else|catch|finally)\\b");
  private static final String BEFORE = "class $ {\n";

  private Syntax() {}

  /**
   * A declaration of a type, a method or variables, parsed.
   *
   * @param tree what is declared
   * @param unit what positions are asked of
   * @param positions of the trees; {@link #at} and {@link #after} give those of the snippet
   */
  record Declared(Tree tree, CompilationUnitTree unit, SourcePositions positions) {
    /** Where a tree begins in the snippet. */
    int at(Tree part) {
      return (int) positions.getStartPosition(unit, part) - BEFORE.length();
    }

    /** Where a tree ends in the snippet. */
    int after(Tree part) {
      return (int) positions.getEndPosition(unit, part) - BEFORE.length();
    }
  }

  /** The declaration that a snippet is; null when it is another thing or does not parse. */
  static Declared declaration(String snippet) {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavacTask task = task(BEFORE + snippet + "\n}", found);
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      if (hasErrors(found)
          || unit.getTypeDecls().size() != 1
          || !(unit.getTypeDecls().get(0) instanceof ClassTree all)
          || all.getMembers().size() != 1) {
        return null;
      }
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      return new Declared(all.getMembers().get(0), unit, positions);
    } catch (IOException | RuntimeException e) {
      return null; // the parser failed; JShell will say what is wrong
    }
  }

  /**
   * The first whole snippet of some code; null when there is none. For code that JShell's own
   * parser does not know, such as (up to Java 17) {@code case 1 -> throw ...} or {@code
   * non-sealed}.
   */
  static String first(String code) {
    for (int end : JavaLexer.ends(code)) {
      String snippet = code.substring(0, end);
      if (!GOES_ON.matcher(code.substring(end)).lookingAt() && accepts(snippet)) {
        return snippet;
      }
    }
    return accepts(code) ? code : null;
  }

  /** Whether it parses as a type or import, as a member, as a statement or as an expression. */
  static boolean accepts(String snippet) {
    String expression = snippet.strip().replaceFirst(";$", "");
    return List.of(
            snippet,
            "class $ {\n" + snippet + "\n}",
            "class $ { void $() {\n" + snippet + "\n} }",
            "class $ { Object $ = (\n" + expression + "\n); }")
        .stream()
        .anyMatch(Syntax::parses);
  }

  private static boolean parses(String unit) {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try {
      task(unit, found).parse();
    } catch (IOException | RuntimeException e) {
      return true; // the parser itself failed: then nothing is known against the code
    }
    return !hasErrors(found);
  }

  private static JavacTask task(String unit, DiagnosticCollector<JavaFileObject> found) {
    return (JavacTask) COMPILER.getTask(null, null, found, List.of(), null, List.of(file(unit)));
  }

  private static boolean hasErrors(DiagnosticCollector<JavaFileObject> found) {
    return found.getDiagnostics().stream().anyMatch(d -> d.getKind() == Diagnostic.Kind.ERROR);
  }

  private static JavaFileObject file(String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
