package resgen.kernel.eval;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The notebook's variables and where their values are.
 *
 * <p>JShell keeps a variable in a static field of its wrapper class ({@code REPL.$JShell$7}) and,
 * when an import or a definition it depends on changes, compiles the wrapper anew as {@code
 * $JShell$7B} with an empty field. All versions share the field of the first version that declared
 * it with this type, its home.
 */
final class LiveVariables {
  private static final Pattern WRAPPER = Pattern.compile("REPL/\\$JShell\\$(\\d+)[A-Z]*");

  /**
   * A variable of the notebook.
   *
   * @param wrapper the number of its wrapper class
   */
  record Variable(String wrapper, String name) {}

  private final Map<String, Class<?>> classes;
  private final Map<Variable, Map<String, String>> homes = new HashMap<>();
  private final Map<Variable, String> newestType = new HashMap<>();
  private final Map<String, Variable> newestOfName = new HashMap<>();
  private final Map<Variable, String> leftBehind = new HashMap<>();

  /**
   * @param classes the notebook's classes by their names
   */
  LiveVariables(Map<String, Class<?>> classes) {
    this.classes = classes;
  }

  /** Notes the variables that a wrapper class declares; to be called before it is woven. */
  void register(byte[] bytes) {
    new ClassReader(bytes).accept(new Registrar(), ClassReader.SKIP_CODE);
  }

  /**
   * The internal name of the class that holds the variable.
   *
   * @param owner internal name of any version of the wrapper class
   * @param descriptor the type's descriptor
   */
  synchronized String home(String owner, String name, String descriptor) {
    Matcher wrapper = WRAPPER.matcher(owner);
    if (!wrapper.matches()) {
      return owner;
    }
    Map<String, String> byType = homes.get(new Variable(wrapper.group(1), name));
    return byType == null ? owner : byType.getOrDefault(descriptor, owner);
  }

  private synchronized void declare(String owner, String name, String descriptor) {
    Matcher wrapper = WRAPPER.matcher(owner);
    if (!wrapper.matches()) {
      return;
    }
    Variable variable = new Variable(wrapper.group(1), name);
    Map<String, String> byType = homes.computeIfAbsent(variable, k -> new HashMap<>());
    newestOfName.put(name, variable);
    String before = newestType.put(variable, descriptor);
    if (before != null && !before.equals(descriptor)) {
      leftBehind.putIfAbsent(variable, byType.get(before)); // JShell may take several rounds
    }
    byType.putIfAbsent(descriptor, owner);
  }

  /** The snippet of this wrapper class runs and so gives its variable a value. */
  synchronized void initialised(String owner) {
    Matcher wrapper = WRAPPER.matcher(owner);
    if (wrapper.matches()) {
      leftBehind.keySet().removeIf(v -> v.wrapper.equals(wrapper.group(1)));
    }
  }

  /** Values of variables whose type is new and which hold no value yet; forgets them. */
  synchronized Map<String, Object> takeLeftBehind() {
    Map<String, Object> out = new HashMap<>();
    leftBehind.forEach(
        (variable, owner) -> {
          Object value = get(field(owner, variable.name()));
          if (value != null) {
            out.put(variable.name(), value);
          }
        });
    leftBehind.clear();
    return out;
  }

  /** The newest field of each variable. */
  synchronized Map<String, Field> fields() {
    Map<String, Field> out = new HashMap<>();
    for (String name : newestOfName.keySet()) {
      Field field = newest(name);
      if (field != null) {
        out.put(name, field);
      }
    }
    return out;
  }

  /** The value of the newest variable of that name, or null. */
  Object value(String name) {
    return get(newest(name));
  }

  /** Sets the newest variable of that name; false where the value does not fit. */
  boolean set(String name, Object value) {
    return set(newest(name), value);
  }

  /** The value that a version of the wrapper class would see. */
  Object value(Class<?> owner, String name) throws ReflectiveOperationException {
    Field declared = owner.getDeclaredField(name);
    String home =
        home(owner.getName().replace('.', '/'), name, declared.getType().descriptorString());
    return get(field(home, name));
  }

  static Object get(Field field) {
    try {
      return field == null ? null : field.get(null);
    } catch (IllegalAccessException | LinkageError e) {
      return null;
    }
  }

  static boolean set(Field field, Object value) {
    try {
      if (field != null) {
        field.set(null, value);
        return true;
      }
    } catch (IllegalAccessException
        | IllegalArgumentException
        | NullPointerException
        | LinkageError e) {
      // Another type now: the variable keeps its default.
    }
    return false;
  }

  private synchronized Field newest(String name) {
    Variable variable = newestOfName.get(name);
    return variable == null ? null : field(homes.get(variable).get(newestType.get(variable)), name);
  }

  private Field field(String owner, String name) {
    Class<?> home = owner == null ? null : classes.get(owner.replace('/', '.'));
    try {
      Field field = home == null ? null : home.getDeclaredField(name);
      if (field != null) {
        field.setAccessible(true);
      }
      return field;
    } catch (NoSuchFieldException | LinkageError e) {
      return null;
    }
  }

  private final class Registrar extends ClassVisitor {
    private String owner;

    Registrar() {
      super(Opcodes.ASM9);
    }

    @Override
    public void visit(int v, int access, String name, String sig, String sup, String[] ifs) {
      owner = name;
    }

    @Override
    public FieldVisitor visitField(int access, String name, String desc, String sig, Object value) {
      int excluded = Opcodes.ACC_SYNTHETIC | Opcodes.ACC_FINAL;
      if ((access & Opcodes.ACC_STATIC) != 0 && (access & excluded) == 0) {
        declare(owner, name, desc);
      }
      return null;
    }
  }
}
