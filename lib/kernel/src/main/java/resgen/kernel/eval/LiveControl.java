package resgen.kernel.eval;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.SPIResolutionException;

/**
 * Runs JShell's compiled snippets in this process and keeps their live results, of which JShell
 * itself only carries a String.
 *
 * <p>JShell first offers a recompiled class to {@link #redefine}. If only line numbers changed (a
 * later import does that to every snippet), the class in use stays; otherwise JShell loads it under
 * a new name and {@link NotebookWeaver} keeps the variables' values.
 */
final class LiveControl implements ExecutionControl {
  private record Loaded(byte[] essence, int[] lines) {}

  private static final int MAX_CAUSES = 20;

  private final NotebookLoader loader;
  private final CellThread thread;
  private final NotebookWeaver weaver = new NotebookWeaver();
  private final Map<String, Class<?>> classes = new HashMap<>();
  private final Map<String, Loaded> loaded = new HashMap<>();
  private final LineMaps lines = new LineMaps();

  private boolean parentHasClassPath;
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
      weaver.register(c.bytecodes());
    }
    try {
      for (int i = 0; i < batch.length; i++) {
        byte[] bytes = batch[i].bytecodes();
        classes.put(batch[i].name(), loader.define(batch[i].name(), weaver.weave(bytes)));
        loaded.put(
            batch[i].name(), new Loaded(NotebookWeaver.essence(bytes), LineMaps.lines(bytes)));
        done[i] = true;
      }
      // Resolve only when all are there: nested classes refer to each other.
      for (ClassBytecodes c : batch) {
        Class.forName(c.name(), false, loader);
      }
    } catch (ClassNotFoundException | LinkageError e) {
      throw new ClassInstallException("load: " + e, done);
    }
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
    if (!all) {
      throw new ClassInstallException("a definition changed", same);
    }
    for (ClassBytecodes c : batch) {
      lines.moved(c.name(), loaded.get(c.name()).lines, LineMaps.lines(c.bytecodes()));
    }
  }

  @Override
  public String invoke(String className, String methodName) throws RunException, InternalException {
    lastValue = null;
    lastThrown = null;
    weaver.initialised(className.replace('.', '/'));
    try {
      lastValue = thread.call(() -> run(method(className, methodName)));
      return "";
    } catch (InternalException e) {
      throw e;
    } catch (Throwable e) {
      Throwable thrown = e instanceof InvocationTargetException i ? i.getCause() : e;
      lastThrown = thrown;
      throw converted(thrown, 0);
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
    lastVariable = variable(className, varName);
    return "";
  }

  /** The live value behind the last {@link #varValue}, and forgets it. */
  Object takeVariable() {
    Object value = lastVariable;
    lastVariable = null;
    return value;
  }

  /** The value of the newest variable of that name, or null. */
  synchronized Object valueOf(String name) {
    try {
      Field field = newest(name);
      return field == null ? null : field.get(null);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Sets the newest variable of that name where the value fits. */
  synchronized void setValueOf(String name, Object value) {
    try {
      Field field = newest(name);
      if (field != null) {
        field.set(null, value);
      }
    } catch (ReflectiveOperationException | IllegalArgumentException | NullPointerException e) {
      // Another type now: the variable keeps its default.
    }
  }

  private Field newest(String name) throws ReflectiveOperationException {
    String owner = weaver.newestHome(name);
    Class<?> home = owner == null ? null : classes.get(owner.replace('/', '.'));
    if (home == null) {
      return null;
    }
    Field field = home.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** Names of variables that hold no value any more since the class of their value changed. */
  synchronized Set<String> takeReset() {
    Set<String> names = new TreeSet<>();
    weaver
        .takeLeftBehind()
        .forEach(
            (variable, owner) -> {
              try {
                Field field =
                    classes.get(owner.replace('/', '.')).getDeclaredField(variable.name());
                field.setAccessible(true);
                if (field.get(null) != null && !variable.name().startsWith("$")) {
                  names.add(variable.name());
                }
              } catch (ReflectiveOperationException e) {
                // It never held a value.
              }
            });
    return names;
  }

  /** The live value of a variable, given the wrapper class that JShell names. */
  synchronized Object variable(String className, String varName) throws InternalException {
    try {
      Class<?> owner = classes.get(className);
      Field declared = owner.getDeclaredField(varName);
      String home =
          weaver.home(className.replace('.', '/'), varName, declared.getType().descriptorString());
      Field field = classes.get(home.replace('/', '.')).getDeclaredField(varName);
      field.setAccessible(true);
      return field.get(null);
    } catch (ReflectiveOperationException | NullPointerException e) {
      throw new InternalException("no such variable: " + className + "." + varName + ": " + e);
    }
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
