package resgen.kernel;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.locks.ReentrantLock;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.HelpLink;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import resgen.kernel.assist.Assist;
import resgen.kernel.assist.Completions;
import resgen.kernel.eval.CellError;
import resgen.kernel.eval.CellFailed;
import resgen.kernel.eval.Interrupts;
import resgen.kernel.eval.Outcome;
import resgen.kernel.eval.Session;
import resgen.kernel.magic.StandardMagics;
import resgen.kernel.magic.Whos;
import resgen.kernel.output.CoalescingSink;
import resgen.kernel.output.Reworded;
import resgen.kernel.output.Router;
import resgen.kernel.output.Sink;
import resgen.kernel.render.Bundles;
import resgen.kernel.render.NotebookRenderer;

/**
 * A Java notebook's kernel, without the wire: runs cells, keeps their state, renders their values.
 *
 * <p>{@link resgen.kernel.wire.KernelServer} puts it on Jupyter's sockets, {@link NotebookRunner}
 * feeds it a notebook file. One cell runs at a time in a JVM, whatever the number of kernels, since
 * the standard streams are the JVM's.
 */
public final class JavaKernel extends BaseKernel implements AutoCloseable {
  /** What the kernel calls itself to its clients. */
  public static final String NAME = "jshell-kernel";

  private static final ReentrantLock ONE_CELL = new ReentrantLock();
  private static final long TOOLTIP_MS = 2000;

  private final KernelSettings settings;
  private final Session session;
  private final Assist assist;
  private final Router.Scope streams;
  private final History history;
  private final List<JsonObject> pages = new ArrayList<>(); // for the client's pager
  private final List<String> startupProblems = new ArrayList<>(); // told in the first cell
  private final List<String> settingProblems = new ArrayList<>(); // the first cell fails with them
  private List<String> replaced = List.of(); // of the standard streams, as last told
  private int count;

  private JavaKernel(KernelSettings settings) {
    super(
        NAME,
        version(),
        Startup.language(),
        List.of(new HelpLink("Java API", Startup.API)),
        null,
        new JupyterIO(StandardCharsets.UTF_8),
        new CommManager(),
        new NotebookRenderer(),
        new MagicParser("^\\s*%", "%%", new MagicTranspiler()),
        new MagicsRegistry(),
        true,
        new StringStyler.Builder().build());
    this.settings = settings;
    streams = Router.install();
    StandardMagics.register(this, getMagicsRegistry());
    RegistryMagics magics = new RegistryMagics(this);
    session = new Session(settings.classPath(), settings.compilerOptions(), magics);
    assist = new Assist(session.analysis(), magics, this::describe);
    history = settings.history().map(History::in).orElseGet(History::inMemory);
  }

  /** A kernel set by IJava's environment variables. */
  public static JavaKernel open() {
    return open(KernelSettings.fromEnvironment(System.getenv()));
  }

  /** A kernel that is ready to run cells; its start-up code has run. */
  public static JavaKernel open(KernelSettings settings) {
    JavaKernel kernel = new JavaKernel(settings);
    kernel.onStartup();
    kernel.startupProblems.addAll(Startup.imports(kernel.session));
    if (settings.startupScripts().isEmpty()) {
      return kernel;
    }
    CellLimit limit = kernel.limit("the start-up code");
    try {
      kernel.startupProblems.addAll(Startup.run(kernel.session, settings.startupScripts()));
    } finally {
      limit.end();
    }
    return kernel;
  }

  /**
   * A kernel for a client that sees nothing but what cells give: a setting that cannot be used does
   * not stop it. Its first cell fails with what is wrong, later ones run without the setting.
   */
  public static JavaKernel openTelling(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    JavaKernel kernel = open(KernelSettings.fromEnvironment(env, problems::add));
    kernel.settingProblems.addAll(problems);
    return kernel;
  }

  /** The version of the kernel. */
  public static String version() {
    String version = JavaKernel.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version.replace("-SNAPSHOT", "");
  }

  /** Runs a cell as the next one of the notebook. */
  public CellResult execute(String code, Sink sink) {
    return execute(code, sink, false, true);
  }

  /**
   * Runs a cell.
   *
   * @param silent whether to leave the count and the history as they are
   * @param stored whether to count the cell and keep it in the history, unless it is silent
   */
  public CellResult execute(String code, Sink sink, boolean silent, boolean stored) {
    ONE_CELL.lock();
    CoalescingSink out = new CoalescingSink(new Reworded(sink, session.names()::clear));
    Sink outer = Router.running(out);
    BaseKernel outerKernel = BaseKernel.notebookKernel;
    BaseKernel.notebookKernel = this;
    boolean counted = stored && !silent;
    int number = counted ? ++count : count;
    if (counted) {
      history.add(number, code);
    }
    pages.clear();
    CellLimit limit = limit("the cell");
    try {
      adopt(out);
      startupProblems.forEach(problem -> out.stream(true, problem));
      startupProblems.clear();
      if (!silent && !settingProblems.isEmpty()) {
        return new CellResult(number, null, wrongSettings());
      }
      Outcome outcome = session.run(code, number, this::shown);
      CellResult result = new CellResult(number, (JsonObject) outcome.value(), outcome.error());
      if (counted && result.value() != null) {
        history.output(number, result.text());
      }
      return result;
    } finally {
      limit.end();
      System.out.flush();
      System.err.flush();
      tellReplacedStreams(out);
      out.flush();
      Router.running(outer);
      if (outerKernel != null) {
        BaseKernel.notebookKernel = outerKernel;
      }
      ONE_CELL.unlock();
    }
  }

  private void adopt(Sink out) {
    Router.adopt(out);
    session.onCellThread(() -> Router.adopt(out));
  }

  private CellLimit limit(String what) {
    long millis = settings.timeoutMillis();
    String why = what + " took longer than IJAVA_TIMEOUT allows, which is " + millis + " ms";
    return CellLimit.begin(millis, () -> session.expire(why));
  }

  private CellError wrongSettings() {
    String message = String.join("; ", settingProblems);
    List<String> lines = new ArrayList<>(List.of("The kernel's environment is wrong:"));
    settingProblems.forEach(problem -> lines.add("  " + problem));
    lines.add(
        "The cell did not run. Correct it and restart the kernel; or run the cell again, to go");
    lines.add("on without.");
    settingProblems.clear();
    return new CellError("KernelSettings", message, lines);
  }

  /** Once, when a cell put its own streams in the place of ours. */
  private void tellReplacedStreams(Sink out) {
    List<String> now = Router.replaced();
    if (!now.isEmpty() && !now.equals(replaced)) {
      out.stream(
          true,
          "note: the notebook replaced "
              + String.join(" and ", now)
              + "; what is printed there is not shown until it is set back\n");
    }
    replaced = now;
  }

  /** Runs where the cell ran: the methods that give the text and pictures may be the notebook's. */
  private Outcome shown(Object value) {
    if (Notebook.isDisplayId(value)) {
      return Outcome.of(null);
    }
    try {
      return Outcome.of(Bundles.json(getRenderer().render(value)));
    } catch (Interrupts.CellInterrupted e) {
      throw e;
    } catch (RuntimeException | Error e) {
      List<String> lines = List.of("the value of the cell cannot be shown: " + e);
      CellError error = new CellError(e.getClass().getName(), e.getMessage(), lines);
      return Outcome.failed(session.names().clear(error));
    }
  }

  /** Evaluates code inside the running cell and returns the live value of its last expression. */
  @Override
  public Object evalRaw(String source) {
    Outcome outcome = session.run(source, count);
    if (!outcome.ok()) {
      Interrupts.rethrow(outcome.error()); // no catch (Exception e) of the cell keeps it going
      throw new CellFailed(outcome.error());
    }
    return outcome.value();
  }

  /** The sink of the running cell; output without one goes nowhere. */
  Sink sink() {
    return Router.current();
  }

  @Override
  public void display(DisplayData data) {
    Sink sink = sink();
    if (sink != null) {
      sink.display(Bundles.json(data));
    }
  }

  /**
   * Adds jars or folders to the notebook's class path, and installs the extensions that they name
   * as services.
   */
  public void addToClassPath(List<Path> entries) {
    session.addToClassPath(entries);
    try {
      installExtensions(session.loader());
    } catch (ServiceConfigurationError | RuntimeException e) {
      System.err.println("note: an extension could not be installed: " + e);
    }
  }

  /** Sees the notebook's classes and libraries. */
  public ClassLoader libraries() {
    return session.loader();
  }

  private String describe(String variable) {
    Optional<Session.Variable> found =
        variables().stream().filter(v -> v.name().equals(variable)).findFirst();
    return found
        .flatMap(v -> session.aside(() -> Whos.size(v.value()), TOOLTIP_MS))
        .filter(size -> !size.isEmpty())
        .orElse(null);
  }

  /** The notebook's variables with their live values. */
  public List<Session.Variable> variables() {
    return session.variables();
  }

  /** The cells so far. */
  public History history() {
    return history;
  }

  /** Shows a value in the client's pager when the cell has ended. */
  public void page(Object value) {
    pages.add(render(value));
  }

  /** What the last cell put into the pager, and forgets it. */
  public List<JsonObject> takePages() {
    List<JsonObject> out = List.copyOf(pages);
    pages.clear();
    return out;
  }

  /** The number of the last cell. */
  public int count() {
    return count;
  }

  /** Completion, inspection, completeness. */
  public Assist assist() {
    return assist;
  }

  @Override
  public void interrupt() {
    session.interrupt();
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    return assist
        .inspect(code, at, extraDetail)
        .map(
            found -> {
              DisplayData data = new DisplayData(found.text());
              data.putHTML(found.html());
              return data;
            })
        .orElse(null);
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    Completions found = assist.complete(code, at);
    return new ReplacementOptions(found.texts(), found.start(), at);
  }

  @Override
  public String isComplete(String code) {
    Assist.Completeness is = assist.completeness(code);
    return is.status().equals("incomplete") ? is.indent() : is.status();
  }

  /** Nothing to install: the kernel is current while its cell runs. */
  @Override
  protected void installNotebookKernel() {}

  @Override
  protected void uninstallNotebookKernel() {}

  @Override
  protected ClassLoader getClassLoader() {
    return JavaKernel.class.getClassLoader();
  }

  /** The value as a bundle for {@link Sink}. */
  public JsonObject render(Object value) {
    return Bundles.json(getRenderer().render(value));
  }

  @Override
  public void close() {
    onShutdown(false);
    if (BaseKernel.notebookKernel == this) {
      BaseKernel.notebookKernel = null;
    }
    session.close();
    streams.close();
  }
}
