package resgen.kernel.eval;

import java.io.File;
import java.lang.instrument.ClassDefinition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.SPIResolutionException;

/**
 * Runs JShell's compiled snippets in this process and keeps their live results, of which JShell
 * itself only carries a String.
 *
 * <p>JShell first offers a recompiled class to {@link #redefine}. If only line numbers changed (a
 * later import does that to every snippet), the class in use stays; if only method bodies of a
 * notebook class changed, it gets those ({@link RedefineAgent}). Otherwise JShell loads it under a
 * new name; then {@link LiveVariables} keeps the variables' values, and {@link Resettlement}
 * carries over what is of the old class.
 */
final class LiveControl implements ExecutionControl {
  private record Loaded(byte[] essence, int[] lines, ClassShape shape) {}

  private static final int MAX_CAUSES = 20;
  private static final int PREFIX = "REPL.$JShell$".length();

  private final NotebookLoader loader;
  private final CellThread thread;
  private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();
  private final Map<String, Class<?>> newest = new ConcurrentHashMap<>();
  private final LiveVariables variables = new LiveVariables(classes);
  private final NotebookWeaver weaver = new NotebookWeaver(variables);
  private final Map<String, Loaded> loaded = new HashMap<>();
  private final LineMaps lines = new LineMaps();
  private final Names names = new Names();

  private boolean parentHasClassPath;
  private boolean reshaped;
  private Object lastValue;
  private Throwable lastThrown;
  private Object lastVariable;

  LiveControl(NotebookLoader loader, CellThread thread) {
    this.loader = loader;
    this.thread = thread;
  }

  /** The value of the last snippet that ran, and forgets it. */
  Object takeValue() {
    Object value = lastValue;
    lastValue = null;
    return value;
  }

  /** What the last snippet threw, and forgets it. */
  Throwable takeThrown() {
    Throwable thrown = lastThrown;
    lastThrown = null;
    return thrown;
  }

  @Override
  public synchronized void load(ClassBytecodes[] batch) throws ClassInstallException {
    boolean[] done = new boolean[batch.length];
    for (ClassBytecodes c : batch) {
      variables.register(c.bytecodes());
      names.loaded(c.name());
    }
    try {
      for (ClassBytecodes c : batch) {
        loader.declare(c.name(), weaver.weave(c.bytecodes()));
      }
      for (int i = 0; i < batch.length; i++) {
        String name = batch[i].name();
        Class<?> defined = Class.forName(name, false, loader);
        classes.put(name, defined);
        loader.overloads().loaded(defined);
        Class<?> before = newest.put(unversioned(name), defined);
        reshaped |= before != null && name.indexOf('$', PREFIX) > 0;
        loaded.put(name, loaded(batch[i].bytecodes()));
        done[i] = true;
      }
    } catch (ClassNotFoundException | LinkageError e) {
      for (ClassBytecodes c : batch) {
        loader.forget(c.name());
      }
      throw new ClassInstallException("load: " + e, done);
    }
  }

  private static Loaded loaded(byte[] bytes) {
    return new Loaded(NotebookWeaver.essence(bytes), LineMaps.lines(bytes), ClassShape.of(bytes));
  }

  /** The name of a class without the letters that JShell adds to the wrapper's newer versions. */
  private static String unversioned(String name) {
    return name.replaceFirst("^(REPL\\.\\$JShell\\$\\d+)[A-Z]*", "$1");
  }

  @Override
  public synchronized void redefine(ClassBytecodes[] batch) throws ClassInstallException {
    boolean[] same = new boolean[batch.length];
    boolean all = true;
    for (int i = 0; i < batch.length; i++) {
      Loaded old = loaded.get(batch[i].name());
      same[i] =
          old != null && Arrays.equals(old.essence, NotebookWeaver.essence(batch[i].bytecodes()));
      all &= same[i];
    }
    if (!all && !redefineBodies(batch, same)) {
      throw new ClassInstallException("a definition changed", same);
    }
    for (int i = 0; i < batch.length; i++) {
      ClassBytecodes c = batch[i];
      if (same[i]) {
        lines.moved(c.name(), loaded.get(c.name()).lines, LineMaps.lines(c.bytecodes()));
      } else {
        loaded.put(c.name(), loaded(c.bytecodes()));
        lines.exact(c.name());
      }
    }
  }

  /**
   * Gives the notebook's own classes their new method bodies in place, so that their instances
   * stay. Wrappers of variables and methods are replaced instead, which loses nothing.
   */
  private boolean redefineBodies(ClassBytecodes[] batch, boolean[] same) {
    List<ClassDefinition> changed = new ArrayList<>();
    for (int i = 0; i < batch.length; i++) {
      String name = batch[i].name();
      Loaded old = loaded.get(name);
      if (same[i]) {
        continue;
      }
      if (old == null
          || name.indexOf('$', PREFIX) < 0
          || !old.shape.equals(ClassShape.of(batch[i].bytecodes()))) {
        return false;
      }
      changed.add(new ClassDefinition(classes.get(name), weaver.weave(batch[i].bytecodes())));
    }
    return RedefineAgent.redefine(changed);
  }

  @Override
  public String invoke(String className, String methodName) throws RunException, InternalException {
    lastValue = null;
    lastThrown = null;
    variables.initialised(className.replace('.', '/'));
    try {
      lastValue = thread.call(() -> run(method(className, methodName)));
      return "";
    } catch (InternalException e) {
      throw e;
    } catch (CancellationException e) {
      lastThrown = Interrupts.leftBehind();
      throw converted(lastThrown, 0);
    } catch (Throwable e) {
      Throwable thrown = e instanceof InvocationTargetException i ? i.getCause() : e;
      Throwable interrupt = Interrupts.within(thrown);
      lastThrown = interrupt == null ? thrown : interrupt;
      throw converted(lastThrown, 0);
    }
  }

  private Method method(String className, String methodName) throws InternalException {
    try {
      Class<?> owner = classes.get(className);
      Method method = owner.getDeclaredMethod(methodName);
      method.setAccessible(true);
      return method;
    } catch (ReflectiveOperationException | NullPointerException e) {
      throw new InternalException("no such snippet: " + className + "." + methodName + ": " + e);
    }
  }

  private static Object run(Method method) throws ReflectiveOperationException {
    Interrupts.enter(); // throws when the interrupt came before the code ran
    try {
      return method.invoke(null);
    } finally {
      Interrupts.leave();
    }
  }

  private RunException converted(Throwable thrown, int depth) {
    StackTraceElement[] stack = lines.current(thrown.getStackTrace());
    if (thrown instanceof SPIResolutionException unresolved) {
      return new ResolutionException(unresolved.id(), stack);
    }
    UserException user = new UserException(thrown.getMessage(), thrown.getClass().getName(), stack);
    if (thrown.getCause() != null && depth < MAX_CAUSES) {
      user.initCause(converted(thrown.getCause(), depth + 1));
    }
    return user;
  }

  @Override
  public String varValue(String className, String varName) throws InternalException {
    try {
      lastVariable = variables.value(classes.get(className), varName);
    } catch (ReflectiveOperationException | NullPointerException e) {
      throw new InternalException("no such variable: " + className + "." + varName + ": " + e);
    }
    return "";
  }

  /** The live value behind the last {@link #varValue}, and forgets it. */
  Object takeVariable() {
    Object value = lastVariable;
    lastVariable = null;
    return value;
  }

  /** What the notebook calls its classes. */
  Names names() {
    return names;
  }

  /** The notebook's variables. */
  LiveVariables variables() {
    return variables;
  }

  /**
   * After classes got new shapes, carries the objects over that variables hold, and says in one
   * sentence what became of them.
   *
   * @param unfit values that do not fit their variables any more
   * @return the sentence, or null when nothing that a variable holds was concerned
   */
  synchronized String settle(Map<String, Object> unfit) {
    Map<String, Object> left = variables.takeLeftBehind();
    left.putAll(unfit);
    if (!reshaped && left.isEmpty()) {
      return null;
    }
    reshaped = false;
    return new Resettlement(variables, c -> newest.getOrDefault(unversioned(c.getName()), c))
        .run(left);
  }

  /** While true, class path additions are for the compiler only: this JVM has them already. */
  void parentHasClassPath(boolean has) {
    parentHasClassPath = has;
  }

  @Override
  public void addToClasspath(String path) {
    if (parentHasClassPath) {
      return;
    }
    for (String entry : path.split(File.pathSeparator)) {
      if (!entry.isBlank()) {
        loader.add(Path.of(entry));
      }
    }
  }

  @Override
  public void stop() {
    Interrupts.request();
  }

  @Override
  public Object extensionCommand(String command, Object arg) throws NotImplementedException {
    throw new NotImplementedException(command);
  }

  @Override
  public void close() {
    // The class loader stays open: background threads of the notebook may still use it.
  }
}
