package resgen.kernel.magic;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import resgen.kernel.eval.Session;

/** The notebook's variables as a table: name, type, size. */
public record Whos(String name, String type, String size) {
  private static final int MOST = 80;

  /** The variables that the notebook named. */
  static List<Whos> of(List<Session.Variable> variables) {
    return variables.stream()
        .filter(v -> !v.name().startsWith("$"))
        .map(v -> new Whos(v.name(), v.type(), size(v.value())))
        .toList();
  }

  /** How large a value is, in its own measure; a small value itself. */
  public static String size(Object value) {
    try {
      String size = measured(value);
      return size.length() > MOST ? size.substring(0, MOST) + "…" : size;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      return ""; // a closed or broken value has no size
    }
  }

  private static String measured(Object value) {
    if (value == null) {
      return "null";
    }
    if (value.getClass().isArray()) {
      return array(value);
    }
    if (value instanceof Collection<?> c) {
      return items(c.size());
    }
    if (value instanceof Map<?, ?> m) {
      return m.size() + (m.size() == 1 ? " entry" : " entries");
    }
    if (value instanceof CharSequence s) {
      return s.length() + (s.length() == 1 ? " character" : " characters");
    }
    if (value instanceof Number || value instanceof Boolean || value instanceof Enum<?>) {
      return value.toString();
    }
    return byMethods(value);
  }

  private static String array(Object array) {
    StringBuilder out = new StringBuilder();
    Object at = array;
    while (at != null && at.getClass().isArray() && Array.getLength(at) > 0) {
      out.append(out.length() == 0 ? "" : " × ").append(Array.getLength(at));
      at = Array.get(at, 0);
    }
    boolean one = !out.toString().contains("×");
    return one ? items(Array.getLength(array)) : out.toString();
  }

  private static String items(int n) {
    return n + (n == 1 ? " item" : " items");
  }

  /** Tables, tensors, sets of images … of any library. */
  private static String byMethods(Object value) {
    if (Boolean.TRUE.equals(call(value, "isReleased"))) {
      return "closed";
    }
    Object rows = call(value, "rowCount");
    if (rows instanceof Integer n && call(value, "columnCount") instanceof Integer columns) {
      return n + " rows × " + columns + " columns";
    }
    if (call(value, "parameterCount") instanceof Long n) {
      return String.format(Locale.ROOT, "%,d parameters", n);
    }
    Object shape =
        Stream.of("getShape", "shape")
            .map(name -> call(value, name))
            .filter(found -> found != null)
            .findFirst()
            .orElse(null);
    if (shape != null) {
      Object type = call(value, "getDataType");
      // DJL's arrays of strings are not native; asking one for its device crashes the JVM.
      boolean strings = type != null && type.toString().equalsIgnoreCase("string");
      Object device = strings ? null : call(value, "getDevice");
      String more = type == null ? "" : " " + type.toString().toLowerCase(Locale.ROOT);
      return shape + more + (device == null ? "" : " " + device.toString().replace("()", ""));
    }
    return call(value, "size") instanceof Integer n ? items(n) : "";
  }

  private static Object call(Object value, String name) {
    try {
      Method method = value.getClass().getMethod(name);
      method.trySetAccessible();
      return method.invoke(value);
    } catch (ReflectiveOperationException e) {
      return null; // it has none, or it cannot tell
    }
  }
}
