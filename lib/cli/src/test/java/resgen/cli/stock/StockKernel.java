package resgen.cli.stock;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.VarSnippet;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.common.Image;
import org.dflib.jjava.jupyter.kernel.display.common.Text;
import org.dflib.jjava.jupyter.kernel.display.common.Url;

/**
 * What stock IJava does with a cell: the JDK's JShell as it is, which loses what IJava loses, the
 * renderer of IJava's successor, IJava's imports and its calls. Nothing of this project's kernel.
 */
public final class StockKernel implements AutoCloseable {

  /** A value that a cell showed, and what of it reached the page. */
  record Shown(Object value, DisplayData data) {}

  /** A cell did not run to its end. */
  static final class CellFailed extends Exception {
    private static final long serialVersionUID = 1L;

    CellFailed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final List<String> START =
      List.of(
          "import java.util.*;",
          "import java.io.*;",
          "import java.math.*;",
          "import java.net.*;",
          "import java.util.concurrent.*;",
          "import java.util.prefs.*;",
          "import java.util.regex.*;",
          "import static resgen.cli.stock.StockKernel.Calls.*;");

  private static StockKernel running;

  private final Renderer renderer = new Renderer();
  private final LiveResults results = new LiveResults();
  private final JShell shell =
      JShell.builder().executionEngine(results, Map.of()).out(System.out).err(System.err).build();
  private final List<Shown> shown = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();

  StockKernel() throws CellFailed {
    Text.registerAll(renderer);
    Image.registerAll(renderer);
    Url.registerAll(renderer);
    running = this;
    shell.addToClasspath(System.getProperty("java.class.path"));
    for (String line : START) {
      evaluate(line);
    }
  }

  /** Runs a cell; returns what it showed, its value last. */
  List<Shown> run(String cell) throws CellFailed {
    shown.clear();
    Object value = evaluate(cell);
    if (value != null) {
      show(value, value instanceof DisplayData data ? data : renderer.render(value));
    }
    return List.copyOf(shown);
  }

  /** The variables that began anew since the last call, since something that they use changed. */
  List<String> takeLost() {
    List<String> out = List.copyOf(lost);
    lost.clear();
    return out;
  }

  private Object evaluate(String code) throws CellFailed {
    Object last = null;
    CompletionInfo info = shell.sourceCodeAnalysis().analyzeCompletion(code);
    while (info.completeness().isComplete()) {
      last = single(info.source());
      info = shell.sourceCodeAnalysis().analyzeCompletion(info.remaining());
    }
    if (info.completeness() != Completeness.EMPTY) {
      throw new CellFailed("incomplete: " + info.remaining().strip(), null);
    }
    return last;
  }

  private Object single(String code) throws CellFailed {
    Object value = null;
    for (SnippetEvent event : shell.eval(code)) {
      if (event.causeSnippet() != null) {
        if (event.snippet() instanceof VarSnippet variable) {
          lost.add(variable.name());
        }
        continue;
      }
      JShellException thrown = event.exception();
      if (thrown != null) {
        String name = thrown instanceof EvalException e ? e.getExceptionClassName() + ": " : "";
        throw new CellFailed(name + thrown.getMessage() + " in " + code.strip(), thrown);
      }
      if (!event.status().isDefined()) {
        List<String> problems =
            shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList();
        throw new CellFailed("does not compile: " + problems + " in " + code.strip(), null);
      }
      SubKind kind = event.snippet().subKind();
      value =
          kind == SubKind.VAR_VALUE_SUBKIND
                  || kind == SubKind.OTHER_EXPRESSION_SUBKIND
                  || kind == SubKind.TEMP_VAR_EXPRESSION_SUBKIND
              ? results.take(event.value())
              : null;
    }
    return value;
  }

  private String show(Object value, DisplayData data) {
    shown.add(new Shown(value, data));
    return UUID.randomUUID().toString();
  }

  @Override
  public void close() {
    shell.close();
  }

  /** What a cell of IJava calls without an import. */
  public static final class Calls {
    private Calls() {}

    /** The value's representations. */
    public static DisplayData render(Object value) {
      return running.renderer.render(value);
    }

    /** The value as these MIME types. */
    public static DisplayData render(Object value, String... as) {
      return running.renderer.renderAs(value, as);
    }

    /** Shows a value; returns its id. */
    public static String display(Object value) {
      return running.show(value, value instanceof DisplayData data ? data : render(value));
    }

    /** Shows a value as these MIME types. */
    public static String display(Object value, String... as) {
      return running.show(value, render(value, as));
    }

    /** Replaces what was shown. */
    public static void updateDisplay(String id, Object value) {
      running.show(value, render(value));
    }

    /** Replaces what was shown, as these MIME types. */
    public static void updateDisplay(String id, Object value, String... as) {
      running.show(value, render(value, as));
    }

    /** The value of code. */
    public static Object eval(String code) throws Exception {
      return running.evaluate(code);
    }
  }

  /** JShell's own execution in this process, which also keeps the results alive. */
  private static final class LiveResults extends DirectExecutionControl
      implements ExecutionControlProvider {
    private final Map<String, Object> kept = new ConcurrentHashMap<>();

    @Override
    protected String invoke(Method method) throws Exception {
      Object value;
      try {
        value = method.invoke(null);
      } catch (java.lang.reflect.InvocationTargetException e) {
        Throwable cause = e.getCause();
        throw new UserException(
            String.valueOf(cause.getMessage()), cause.getClass().getName(), cause.getStackTrace());
      }
      String key = UUID.randomUUID().toString();
      if (value != null) {
        kept.put(key, value);
      }
      return key;
    }

    Object take(String key) {
      return key == null ? null : kept.remove(key);
    }

    @Override
    public String name() {
      return "stock";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
      return this;
    }
  }
}
