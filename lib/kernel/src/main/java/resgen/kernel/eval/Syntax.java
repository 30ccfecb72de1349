package resgen.kernel.eval;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.util.List;
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

  private Syntax() {}

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
      ((JavacTask) COMPILER.getTask(null, null, found, List.of(), null, List.of(file(unit))))
          .parse();
    } catch (IOException | RuntimeException e) {
      return true; // the parser itself failed: then nothing is known against the code
    }
    return found.getDiagnostics().stream().noneMatch(d -> d.getKind() == Diagnostic.Kind.ERROR);
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
