package resgen.kernel.eval;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
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
  /** What an object has no heir for. */
  private static final class NoHeir extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoHeir(String why, Throwable cause) {
      super(why, cause);
    }
  }

  private static final int MOST = 2_000_000;

  private final UnaryOperator<Class<?>> newest;
  private final IdentityHashMap<Object, Object> known = new IdentityHashMap<>();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private int made;
  private final HeirContainers containers = new HeirContainers(this::heir);
  private final Set<String> newFields = new TreeSet<>();

  /**
   * @param newest the newest version of a notebook class, itself for every other class
   */
  Heirs(UnaryOperator<Class<?>> newest) {
    this.newest = newest;
  }

  /** How many objects got an heir so far. */
  int made() {
    return made;
  }

  /** The fields, as {@code Class.field}, that heirs have and their originals had not. */
  Set<String> newFields() {
    return newFields;
  }

  /** The heir; the object itself when it and all it holds are up to date or cannot be carried. */
  Object of(Object old) {
    try {
      Object heir = heir(old);
      while (!later.isEmpty()) {
        later.pop().run();
      }
      containers.fill(); // hashes and orders need whole objects
      return heir;
    } catch (NoHeir | StackOverflowError e) {
      later.clear();
      containers.forget();
      return old;
    }
  }

  static boolean isNotebook(Class<?> c) {
    return c.getName().startsWith("REPL.$JShell$") && !c.isHidden() && !c.isAnonymousClass();
  }

  private Object heir(Object old) {
    if (old == null || known.size() > MOST) {
      return old;
    }
    Class<?> c = old.getClass();
    boolean notebook = isNotebook(c);
    if (!notebook && !c.isArray() && !c.getName().startsWith("java.util.")) {
      return old;
    }
    Object before = known.get(old);
    if (before != null) {
      return before;
    }
    known.put(old, old);
    if (c.isArray()) {
      return array(old);
    }
    if (!notebook) {
      return containers.heir(old);
    }
    Class<?> now = newest.apply(c);
    if (now == c) {
      later.push(() -> update(old));
      return old;
    }
    return successor(old, now);
  }

  private Object successor(Object old, Class<?> now) {
    Object heir;
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
    known.put(old, heir);
    made++;
    return heir;
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
            field.set(object, heir);
          }
        } catch (IllegalAccessException | IllegalArgumentException e) {
          // A record's or a final field keeps what it has.
        }
      }
    }
  }

  private Object array(Object old) {
    Class<?> part = old.getClass().getComponentType();
    if (part.isPrimitive()) {
      return old;
    }
    Object[] from = (Object[]) old;
    Class<?> now = newest.apply(part);
    Object[] to = now == part ? from : (Object[]) Array.newInstance(now, from.length);
    known.put(old, to);
    for (int i = 0; i < from.length; i++) {
      to[i] = heir(from[i]);
    }
    return to;
  }
}
