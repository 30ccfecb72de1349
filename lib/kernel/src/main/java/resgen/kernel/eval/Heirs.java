package resgen.kernel.eval;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Carries objects over to the new shape of their notebook class: a copy with the fields that both
 * shapes have, found behind variables, in arrays, in the JDK's collections and in fields of other
 * notebook objects. New fields stay 0, false or null, for no constructor runs.
 *
 * <p>For one change of classes; the second look at an object gives the same heir.
 */
final class Heirs {
  /** Why an object has no heir. */
  static final class NoHeir extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoHeir(String why, Throwable cause) {
      super(why, cause);
    }
  }

  /** A change of an object that is in use, made when all heirs are whole. */
  interface Change {
    /** Makes the change. */
    void make() throws ReflectiveOperationException;

    /** Takes it back. */
    void undo() throws ReflectiveOperationException;

    /** Whether it only puts the same items into their new order. */
    default boolean isOrder() {
      return false;
    }
  }

  private static final int MOST = 2_000_000;

  private final UnaryOperator<Class<?>> newest;
  private final IdentityHashMap<Object, Object> known = new IdentityHashMap<>();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final List<Object> journal = new ArrayList<>(); // what this look made known
  private final List<Change> changes = new ArrayList<>();
  private boolean touched;
  private final HeirContainers containers;
  private final HeirLambdas lambdas;
  private final CodeCopies copies;
  private final Set<String> newFields = new TreeSet<>();

  /**
   * @param newest the newest version of a notebook class, itself for every other class
   * @param copies of code that uses older ones
   * @param bodies classes that got new method bodies in place
   */
  Heirs(UnaryOperator<Class<?>> newest, CodeCopies copies, Set<Class<?>> bodies) {
    this.newest = newest;
    containers = new HeirContainers(this::heir, changes::add, bodies);
    this.copies = copies;
    lambdas = new HeirLambdas(newest, this::heir, copies);
  }

  /** Whether the last look gave an heir or changed something that the object holds. */
  boolean touched() {
    return touched;
  }

  /** The fields, as {@code Class.field}, that heirs have and their originals had not. */
  Set<String> newFields() {
    return newFields;
  }

  /** Whether the last look met a lambda that goes on to run the old code. */
  boolean takeStale() {
    return lambdas.takeStale();
  }

  /**
   * The heir; the object itself when it and all it holds are up to date.
   *
   * @throws NoHeir when something it holds cannot be carried over; then everything is as it was
   */
  Object of(Object old) {
    try {
      return attempt(old);
    } catch (NoHeir e) {
      containers.freshSorted(true);
      try {
        return attempt(old);
      } finally {
        containers.freshSorted(false);
      }
    }
  }

  private Object attempt(Object old) {
    touched = false;
    Set<String> fieldsBefore = new TreeSet<>(newFields);
    try {
      Object heir = heir(old);
      while (!later.isEmpty()) {
        later.pop().run();
      }
      commit(); // hashes and orders need whole objects
      touched = heir != old || changes.stream().anyMatch(c -> !c.isOrder());
      return heir;
    } catch (Interrupts.CellInterrupted e) {
      throw e;
    } catch (RuntimeException
        | LinkageError
        | StackOverflowError
        | ReflectiveOperationException e) {
      journal.forEach(known::remove);
      newFields.retainAll(fieldsBefore);
      throw e instanceof NoHeir no ? no : new NoHeir(String.valueOf(e), e);
    } finally {
      later.clear();
      journal.clear();
      changes.clear();
    }
  }

  private void commit() throws ReflectiveOperationException {
    int done = 0;
    try {
      for (Change change : changes) {
        done++;
        change.make();
      }
    } catch (RuntimeException | Error | ReflectiveOperationException e) {
      while (--done >= 0) {
        changes.get(done).undo();
      }
      throw e;
    }
  }

  private void know(Object old, Object heir) {
    if (known.put(old, heir) == null) {
      journal.add(old);
    }
  }

  static boolean isNotebook(Class<?> c) {
    return c.getName().startsWith("REPL.$JShell$") && !c.isHidden();
  }

  private Object heir(Object old) {
    if (old == null || known.size() > MOST) {
      return old;
    }
    Class<?> c = old.getClass();
    boolean lambda = c.getName().startsWith("REPL.$JShell$") && HeirLambdas.isLambda(c);
    boolean notebook = isNotebook(c);
    if (!notebook && !lambda && !c.isArray() && !c.getName().startsWith("java.util.")) {
      return old;
    }
    Object before = known.get(old);
    if (before != null) {
      return before;
    }
    know(old, old);
    if (c.isArray()) {
      return array(old);
    }
    if (!notebook) {
      Object heir =
          lambda
              ? lambdas.ofNotebook(old)
              : HeirLambdas.mayHold(old) ? lambdas.ofJdk(old) : containers.heir(old);
      know(old, heir);
      return heir;
    }
    Class<?> now = current(c);
    if (now == c) {
      later.push(() -> update(old));
      return old;
    }
    return successor(old, now);
  }

  /** Anonymous and local classes of a cell have a copy of their code. */
  private Class<?> current(Class<?> c) {
    try {
      return copies.isRun(c) ? copies.of(c) : newest.apply(c);
    } catch (ClassNotFoundException | LinkageError e) {
      throw new NoHeir("no code for " + c.getName(), e);
    }
  }

  private Object successor(Object old, Class<?> now) {
    Object heir;
    if (now.isAnonymousClass() && !copies.isRun(now) && !sameKind(old.getClass(), now)) {
      throw new NoHeir("the anonymous classes there changed their order", null);
    }
    try {
      if (now.isEnum()) {
        heir = constant((Enum<?>) old, now);
      } else if (now.isRecord()) {
        heir = record(old, now);
      } else {
        heir = BlankObjects.instance(now);
        Object filled = heir;
        later.push(() -> fill(old, filled));
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new NoHeir("no heir for " + old.getClass().getName(), e);
    }
    know(old, heir);
    return heir;
  }

  /** Whether an anonymous class, known by its number only, may be the same as before. */
  private boolean sameKind(Class<?> before, Class<?> now) {
    boolean same = newest.apply(before.getSuperclass()) == newest.apply(now.getSuperclass());
    Class<?>[] first = before.getInterfaces();
    Class<?>[] second = now.getInterfaces();
    same &= first.length == second.length;
    for (int i = 0; same && i < first.length; i++) {
      same = newest.apply(first[i]) == newest.apply(second[i]);
    }
    return same;
  }

  private static Object constant(Enum<?> old, Class<?> now) {
    for (Object constant : now.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(old.name())) {
        return constant;
      }
    }
    throw new NoHeir("no constant " + old.name(), null);
  }

  private Object record(Object old, Class<?> now) throws ReflectiveOperationException {
    RecordComponent[] parts = now.getRecordComponents();
    Class<?>[] types = new Class<?>[parts.length];
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      Field field = declared(old.getClass(), parts[i].getName());
      if (field != null && newest.apply(field.getType()) == types[i]) {
        values[i] = heir(field.get(old));
      } else {
        values[i] = Array.get(Array.newInstance(types[i], 1), 0);
        newFields.add(now.getSimpleName() + "." + parts[i].getName());
      }
    }
    Constructor<?> canonical = now.getDeclaredConstructor(types);
    canonical.setAccessible(true);
    return canonical.newInstance(values);
  }

  private void fill(Object old, Object heir) {
    Class<?> from = old.getClass();
    for (Class<?> to = heir.getClass(); isNotebook(to); to = to.getSuperclass()) {
      for (Field field : to.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        Field source = from == null ? null : declared(from, field.getName());
        if (source == null || !copied(source, old, field, heir)) {
          newFields.add(to.getSimpleName() + "." + field.getName());
        }
      }
      from = from == null ? null : from.getSuperclass();
    }
  }

  private boolean copied(Field source, Object old, Field field, Object heir) {
    try {
      field.setAccessible(true);
      field.set(heir, heir(source.get(old)));
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return false; // another type now
    }
  }

  private static Field declared(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      return null;
    }
  }

  /** An object of a class that stays may hold others that do not. */
  private void update(Object object) {
    for (Class<?> c = object.getClass(); isNotebook(c); c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
          continue;
        }
        try {
          field.setAccessible(true);
          Object value = field.get(object);
          Object heir = heir(value);
          if (heir != value) {
            changes.add(new FieldChange(field, object, value, heir));
          }
        } catch (IllegalAccessException e) {
          throw new NoHeir("cannot read " + Statics.name(field), e);
        }
      }
    }
  }

  private record FieldChange(Field field, Object object, Object old, Object heir)
      implements Change {
    @Override
    public void make() throws ReflectiveOperationException {
      field.set(object, heir);
    }

    @Override
    public void undo() throws ReflectiveOperationException {
      field.set(object, old);
    }
  }

  private record ArrayChange(Object[] array, Object[] old, Object[] heirs) implements Change {
    @Override
    public void make() {
      System.arraycopy(heirs, 0, array, 0, array.length);
    }

    @Override
    public void undo() {
      System.arraycopy(old, 0, array, 0, array.length);
    }
  }

  private Object array(Object old) {
    Class<?> part = old.getClass().getComponentType();
    if (part.isPrimitive()) {
      return old;
    }
    Object[] from = (Object[]) old;
    Class<?> now = newest.apply(part);
    boolean same = now == part;
    Object[] to = (Object[]) Array.newInstance(now, from.length);
    know(old, same ? old : to);
    boolean changed = false;
    for (int i = 0; i < from.length; i++) {
      Object heir = heir(from[i]);
      changed |= heir != from[i];
      to[i] = heir;
    }
    if (same && changed) {
      changes.add(new ArrayChange(from, from.clone(), to));
    }
    return same ? old : to;
  }
}
