package resgen.kernel.eval;

import java.io.File;
import java.lang.instrument.ClassDefinition;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private record Loaded(
      byte[] essence, int[] lines, ClassShape shape, byte[] initializer, Set<String> mentions) {}

  private static final int MAX_CAUSES = 20;
  private static final int PREFIX = "REPL.$JShell$".length();
  private static final Pattern WRAPPER =
      Pattern.compile("REPL\\.\\$JShell\\$" + CodeCopies.NUMBERS);

  private final NotebookLoader loader;
  private final CellThread thread;
  private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();
  private final Map<String, Class<?>> newest = new ConcurrentHashMap<>();
  private final LiveVariables variables = new LiveVariables(classes);
  private final NotebookWeaver weaver = new NotebookWeaver(variables);
  private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();
  private final Map<String, byte[]> sources = new ConcurrentHashMap<>();
  private final CodeCopies copies =
      new CodeCopies(sources, this::newestName, this::isOutdated, this::define);
  private final LineMaps lines = new LineMaps();
  private final Names names = new Names();

  private boolean parentHasClassPath;
  private final Map<String, Class<?>> reshaped = new LinkedHashMap<>(); // and what they were
  private final List<Class<?>> restarted = new ArrayList<>(); // in place, with another initializer
  private final Set<Class<?>> rebodied = new HashSet<>(); // changed in place
  private Object lastValue;
  private final List<String> lastSuppressed = new CopyOnWriteArrayList<>();
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

  /** What was suppressed by what the last snippet threw, and forgets it. */
  List<String> takeSuppressed() {
    List<String> out = List.copyOf(lastSuppressed);
    lastSuppressed.clear();
    return out;
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
        for (String part : parts(name)) {
          newest.put(part, defined);
        }
        if (before != null && isNested(name)) {
          reshaped.putIfAbsent(unversioned(name), before); // JShell may take several rounds
        }
        note(name, batch[i].bytecodes());
        done[i] = true;
      }
    } catch (ClassNotFoundException | LinkageError e) {
      for (ClassBytecodes c : batch) {
        loader.forget(c.name());
      }
      throw new ClassInstallException("load: " + e, done);
    }
  }

  private Loaded note(String name, byte[] bytes) {
    sources.put(name, bytes);
    return loaded.put(name, loaded(bytes));
  }

  /** Defines copies of code. */
  private Map<String, Class<?>> define(Map<String, byte[]> family) {
    family.forEach((name, bytes) -> loader.declare(name, weaver.weave(bytes)));
    Map<String, Class<?>> out = new HashMap<>();
    family.forEach(
        (name, bytes) -> {
          try {
            out.put(name, Class.forName(name, false, loader));
          } catch (ClassNotFoundException e) {
            throw new LinkageError(name, e);
          }
          note(name, bytes);
        });
    classes.putAll(out);
    out.forEach(
        (name, type) -> {
          if (isNested(name)) {
            newest.put(unversioned(name), type);
          }
        });
    return out;
  }

  /** Whether the notebook's author wrote the class; JShell wraps it in one of its own. */
  private static boolean isNested(String name) {
    return name.indexOf('$', PREFIX) > 0;
  }

  private static Loaded loaded(byte[] bytes) {
    return new Loaded(
        NotebookWeaver.essence(bytes),
        LineMaps.lines(bytes),
        ClassShape.of(bytes),
        NotebookWeaver.initializer(bytes),
        NotebookWeaver.mentions(bytes));
  }

  /** The name of a class without the letters that JShell adds to the wrapper's newer versions. */
  private static String unversioned(String name) {
    Matcher wrapper = WRAPPER.matcher(name);
    return wrapper.lookingAt()
        ? wrapper.group().replaceAll("(?<=\\d)[A-Z]+", "") + name.substring(wrapper.end())
        : name;
  }

  /**
   * The names that the wrappers of single methods would have, for a wrapper of several: JShell puts
   * methods of one name into {@code $JShell$3B_4} together once something they use changes.
   */
  private static List<String> parts(String name) {
    String whole = unversioned(name);
    if (isNested(name) || whole.indexOf('_') < 0) {
      return List.of();
    }
    String before = whole.substring(0, PREFIX);
    return Arrays.stream(whole.substring(PREFIX).split("_")).map(n -> before + n).toList();
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
        Loaded before = note(c.name(), c.bytecodes());
        rebodied.add(classes.get(c.name()));
        byte[] initializer = loaded.get(c.name()).initializer;
        if (before != null && !Arrays.equals(before.initializer, initializer)) {
          restarted.add(classes.get(c.name()));
        }
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
          || !isNested(name)
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
    lastSuppressed.clear();
    variables.initialised(className.replace('.', '/'));
    try {
      lastValue = onCellThread(() -> run(method(className, methodName)));
      return "";
    } catch (InternalException | RunException e) {
      throw e;
    } catch (Throwable e) { // an interrupt, of which everything is known
      throw converted(e, 0);
    }
  }

  /**
   * Runs something of the notebook on the cells' thread: what interrupts a cell interrupts it.
   *
   * @throws Interrupts.CellInterrupted when it was interrupted, also when it made another exception
   *     of that, or was left behind
   */
  <T> T onCellThread(Callable<T> task) throws Throwable {
    try {
      return thread.call(
          () -> {
            boolean held = Interrupts.enter(); // throws when the interrupt came before
            try {
              return task.call();
            } finally {
              Interrupts.leave(held);
            }
          });
    } catch (CancellationException e) {
      throw Interrupts.leftBehind();
    } catch (Throwable e) {
      Throwable interrupt = Interrupts.within(e);
      throw interrupt == null ? e : interrupt;
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

  /** What was thrown is looked at here, for its methods are the notebook's. */
  private Object run(Method method) throws Exception {
    try {
      return method.invoke(null);
    } catch (InvocationTargetException e) {
      Throwable interrupt = Interrupts.within(e.getCause());
      Throwable thrown = interrupt == null ? e.getCause() : interrupt;
      for (Throwable each : thrown.getSuppressed()) {
        lastSuppressed.add(text(each::toString));
      }
      throw converted(thrown, 0);
    }
  }

  private static String text(Supplier<String> getter) {
    try {
      return getter.get();
    } catch (Interrupts.CellInterrupted e) {
      throw e;
    } catch (RuntimeException | Error e) {
      return "(it cannot tell: " + e.getClass().getName() + ")";
    }
  }

  private RunException converted(Throwable thrown, int depth) {
    StackTraceElement[] stack = lines.current(copies.originals(thrown.getStackTrace()));
    if (thrown instanceof SPIResolutionException unresolved) {
      return new ResolutionException(unresolved.id(), stack);
    }
    UserException user =
        new UserException(text(thrown::getMessage), thrown.getClass().getName(), stack);
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
  String settle(Map<String, Object> unfit) {
    Map<String, Object> left = variables.takeLeftBehind();
    left.putAll(unfit);
    List<Class<?>> changed;
    List<Class<?>> again;
    Set<Class<?>> bodies;
    synchronized (this) { // not longer: constructors that run may evaluate code
      changed = List.copyOf(reshaped.values());
      again = List.copyOf(restarted);
      reshaped.clear();
      bodies = Set.copyOf(rebodied);
      restarted.clear();
      rebodied.clear();
    }
    if (changed.isEmpty() && bodies.isEmpty() && left.isEmpty()) {
      return null;
    }
    Resettlement resettlement = new Resettlement(variables, this::newestOf, copies, bodies);
    try {
      return onCellThread(() -> settled(resettlement, left, changed, again));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private String settled(
      Resettlement resettlement,
      Map<String, Object> left,
      List<Class<?>> changed,
      List<Class<?>> again) {
    for (Class<?> type : again) {
      statics(type).forEach(resettlement::stays);
    }
    for (Class<?> before : changed) {
      Map<String, Field> old = new HashMap<>();
      statics(before).forEach(field -> old.put(field.getName(), field));
      for (Field now : old.isEmpty() ? List.<Field>of() : begun(newestOf(before))) {
        Field source = old.get(now.getName());
        if (source != null && newestOf(source.getType()) == now.getType()) {
          resettlement.statics(source, now);
        }
      }
    }
    List<Field> roots = new ArrayList<>();
    for (Class<?> type : newest.values()) {
      if (!changed.isEmpty() && isNested(type.getName())) {
        statics(type).stream().filter(f -> !f.getType().isPrimitive()).forEach(roots::add);
      }
    }
    return resettlement.run(left, roots);
  }

  private List<Field> statics(Class<?> type) {
    Loaded known = loaded.get(type.getName());
    return known == null ? List.of() : Statics.of(type, known.initializer.length > 0);
  }

  /** The static fields of a class, which begins now. */
  private List<Field> begun(Class<?> type) {
    try {
      Class.forName(type.getName(), true, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return List.of(); // its initializer failed, and says so where it is used
    }
    return Statics.of(type, false);
  }

  private Class<?> newestOf(Class<?> type) {
    if (type.isArray()) {
      Class<?> part = newestOf(type.getComponentType());
      return part == type.getComponentType() ? type : part.arrayType();
    }
    return newest.getOrDefault(unversioned(type.getName()), type);
  }

  private String newestName(String name) {
    Class<?> now = newest.get(unversioned(name));
    return now == null ? name : now.getName();
  }

  /** Whether the code of a class uses classes of the notebook that have a newer shape. */
  private boolean isOutdated(String type) {
    Loaded known = loaded.get(type);
    return known != null
        && known.mentions.stream()
            .anyMatch(name -> !name.startsWith(type + "$") && !newestName(name).equals(name));
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
