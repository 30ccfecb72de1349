package resgen.kernel.eval;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.tools.StandardJavaFileManager;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** One notebook's JShell: runs cells and keeps their state. */
public final class Session implements AutoCloseable {
  /** Runs the magics of a cell. */
  public interface Magics {
    /** Whether a line magic of that name exists. */
    boolean isLineMagic(String name);

    /** Whether a line magic takes the rest of its line as it is written. */
    boolean takesText(String name);

    /** Runs a line magic and returns its value or null. */
    Object line(String name, List<String> args) throws Exception;

    /** Runs a cell magic and returns its value or null. */
    Object cell(String name, List<String> args, String body) throws Exception;
  }

  /** A variable of the notebook. */
  public record Variable(String type, String name, Object value) {}

  private record Provider(ExecutionControl control) implements ExecutionControlProvider {
    @Override
    public String name() {
      return "notebook";
    }

    @Override
    public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
      return control;
    }
  }

  /**
   * The stack of threads that compile or run cells. A large one: deep recursion in cells is common
   * in teaching, and the compiler goes as deep as a chain of calls is long.
   */
  public static final long STACK_BYTES = 64L << 20;

  private static final long PATIENCE_MS = 1000;
  private static final long GRACE_MS = 5000; // to save what there is

  private final NotebookLoader loader;
  private final CellThread thread;
  private final Answers answers = new Answers();
  private final LiveControl control;
  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final Magics magics;
  private final Snippets snippets;
  private final Origins origins = new Origins();
  private final ErrorReport report;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger runs = new AtomicInteger();

  /**
   * A new session.
   *
   * @param classPath what cells see beyond this JVM's own class path
   * @param compilerOptions options of javac, such as {@code --enable-preview}
   * @param magics runs the cells' magics
   */
  public Session(List<Path> classPath, List<String> compilerOptions, Magics magics) {
    this.magics = magics;
    loader = new NotebookLoader(Session.class.getClassLoader());
    thread = new CellThread(loader);
    control = new LiveControl(loader, thread);
    shell =
        JShell.builder()
            .executionEngine(new Provider(control), Map.of())
            .compilerOptions(compilerOptions.toArray(String[]::new))
            .fileManager(files -> OwnLibraries.filtered(withClassPath(files), loader))
            .build();
    analysis = shell.sourceCodeAnalysis();
    report = new ErrorReport(origins, control.names(), this::missing);
    snippets = new Snippets(shell, control, origins, report);
    control.parentHasClassPath(true);
    shell.addToClasspath(System.getProperty("java.class.path"));
    control.parentHasClassPath(false);
    addToClassPath(classPath);
  }

  /**
   * Gives the compiler a class path before JShell's indexing thread asks for it: that thread would
   * compute the default and may store it over a path that was added meanwhile.
   */
  private static StandardJavaFileManager withClassPath(StandardJavaFileManager files) {
    files.handleOption("-classpath", List.of(System.getProperty("java.class.path")).iterator());
    return files;
  }

  private String missing(DeclarationSnippet declaration) {
    return snippets.missing(declaration);
  }

  /** What the notebook calls its classes. */
  public Names names() {
    return control.names();
  }

  /** Sees the notebook's classes and the jars added while it runs. */
  public ClassLoader loader() {
    return loader;
  }

  /** Adds jars or folders to what later snippets see. */
  public void addToClassPath(List<Path> entries) {
    if (entries.isEmpty()) {
      return;
    }
    String note = OwnLibraries.note(entries, loader);
    if (note != null) {
      System.err.println("note: " + note);
    }
    boolean held = Interrupts.hold();
    try {
      shell.addToClasspath(
          entries.stream()
              .map(p -> p.toAbsolutePath().toString())
              .collect(Collectors.joining(File.pathSeparator)));
    } finally {
      Interrupts.release(held);
    }
  }

  /**
   * Runs a cell.
   *
   * @param cell the number n of {@code In [n]}
   */
  public Outcome run(String source, int cell) {
    return run(source, cell, Outcome::of);
  }

  /**
   * Runs a cell and renders its value, which is a part of the cell: it may take long, be
   * interrupted and fail as well.
   *
   * @param cell the number n of {@code In [n]}
   * @param show gives what to show of a value that is not null
   */
  public Outcome run(String source, int cell, Function<Object, Outcome> show) {
    boolean nested = thread.isCurrent();
    if (!nested && !lock.tryLock()) {
      throw new IllegalStateException("a cell is running; only its own thread may evaluate code");
    }
    Origins.Origin outer = origins.current();
    boolean held = Interrupts.hold();
    try {
      if (!nested) {
        begin();
      }
      control.names().begin(cell);
      Outcome outcome = runParts(source, cell);
      if (outcome.ok() && outcome.value() != null) {
        Object value = outcome.value();
        outcome = control.onCellThread(() -> show.apply(value));
      }
      return outcome.ok() && Interrupts.takePending() ? interrupted() : outcome; // nobody took it
    } catch (Throwable e) { // of the compiler, such as too deep a nesting; or an interrupt
      return Outcome.failed(report.of(e));
    } finally {
      for (String note : snippets.incomplete()) {
        System.err.println("note: " + control.names().clear(note));
      }
      origins.begin(outer);
      Interrupts.release(held);
      if (!nested) {
        end();
      }
    }
  }

  private Outcome interrupted() {
    return Outcome.failed(report.of(Interrupts.interrupted()));
  }

  private void begin() {
    runs.incrementAndGet();
    Interrupts.reset();
    thread.cellBegins();
  }

  private void end() {
    Interrupts.settle();
    Interrupts.reset();
    runs.incrementAndGet();
    lock.unlock();
  }

  /**
   * Runs something of the notebook outside of a cell, such as a {@code toString()} for a tooltip:
   * where a cell runs, under its interrupt.
   *
   * @param limitMillis how long it may take
   * @return what it gives; empty when it fails, takes too long, or a cell is running
   */
  public <T> Optional<T> aside(Callable<T> task, long limitMillis) {
    boolean nested = thread.isCurrent();
    if (!nested && !lock.tryLock()) {
      return Optional.empty();
    }
    if (nested) {
      try {
        return Optional.ofNullable(control.onCellThread(task));
      } catch (Interrupts.CellInterrupted e) {
        throw e;
      } catch (Throwable e) {
        return Optional.empty();
      }
    }
    begin();
    int run = runs.get();
    after(limitMillis, () -> expire(run, "it took longer than " + limitMillis + " ms", 0));
    try {
      return Optional.ofNullable(control.onCellThread(task));
    } catch (Throwable e) {
      return Optional.empty();
    } finally {
      end();
    }
  }

  private Outcome runParts(String source, int cell) {
    Outcome outcome = Outcome.of(null);
    for (CellSource.Part part : CellSource.parse(source, magics::isLineMagic)) {
      origins.begin(new Origins.Origin(cell, part.line(), source));
      if (part instanceof CellSource.Code code) {
        outcome = runCode(code, cell, source);
      } else {
        outcome = runMagic(part);
      }
      if (!outcome.ok()) {
        return outcome;
      }
    }
    return outcome;
  }

  private Outcome runMagic(CellSource.Part part) {
    try {
      if (part instanceof CellSource.LineMagic line) {
        List<String> args = magics.takesText(line.name()) ? List.of(line.text()) : line.args();
        return Outcome.of(control.onCellThread(() -> magics.line(line.name(), args)));
      }
      CellSource.CellMagic whole = (CellSource.CellMagic) part;
      return Outcome.of(
          control.onCellThread(() -> magics.cell(whole.name(), whole.args(), whole.body())));
    } catch (CellFailed e) {
      return Outcome.failed(e.error());
    } catch (Throwable e) {
      return Outcome.failed(report.of(e));
    }
  }

  private Outcome runCode(CellSource.Code code, int cell, String source) {
    List<Pieces.Piece> pieces = Pieces.of(code.text(), analysis);
    Forms forms = new Forms(pieces, snippets.overloads());
    Outcome outcome = Outcome.of(null);
    for (int i = 0; i < pieces.size() && outcome.ok(); i++) {
      Pieces.Piece piece = pieces.get(i);
      origins.begin(new Origins.Origin(cell, code.line() + piece.line(), source));
      outcome = snippets.run(forms.of(i), piece.quiet());
    }
    return outcome;
  }

  /** Runs something on the thread that runs the cells. */
  public void onCellThread(Runnable task) {
    try {
      thread.call(
          () -> {
            task.run();
            return null;
          });
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Asks the running cell to stop; harmless when none runs. A cell that was asked twice and does
   * not react within a second is left behind.
   */
  public void interrupt() {
    Runnable giveUp = answers.givingUp();
    after(PATIENCE_MS, giveUp); // what runs the notebook's code for an answer ends sooner
    if (lock.isLocked()) {
      int run = runs.get();
      int requests = Interrupts.request();
      thread.interruptCompanions();
      if (requests > 1) {
        after(PATIENCE_MS, () -> leaveBehind(run));
      }
    }
  }

  /**
   * Ends the running cell, which has had its time. It gets some seconds to save what it has; if it
   * does not end, it is left behind.
   *
   * @param why what the reader of the notebook is told
   */
  public void expire(String why) {
    expire(runs.get(), why, GRACE_MS);
  }

  private void expire(int run, String why, long graceMillis) {
    if (lock.isLocked() && runs.get() == run) {
      Interrupts.expire(why);
      thread.interruptCompanions();
      after(graceMillis + PATIENCE_MS, () -> leaveBehind(run));
    }
  }

  private static void after(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run).execute(task);
  }

  private void leaveBehind(int run) {
    if (runs.get() == run) {
      Interrupts.abandon();
      thread.abandon();
    }
  }

  /** The notebook's variables with their live values, in order of their definition. */
  public List<Variable> variables() {
    return snippets.variables();
  }

  /** Completion, inspection, completeness of code. */
  public Analysis analysis() {
    return new Analysis(shell, analysis, loader, new Waiting());
  }

  /** A cell asks by itself; its own thread compiles, as for what it evaluates. */
  private final class Waiting implements Analysis.Asking {
    @Override
    public <T> T ask(Callable<T> question, T otherwise) {
      if (!thread.isCurrent()) {
        return answers.ask(question, otherwise);
      }
      boolean held = Interrupts.hold();
      try {
        return Answers.direct(question);
      } finally {
        Interrupts.release(held);
      }
    }
  }

  @Override
  public void close() {
    shell.close();
  }
}
