package resgen.kernel.magic;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import resgen.kernel.eval.Session;

/** The notebook's variables as a table: name, type, size. */
record Whos(String name, String type, String size) {
  static List<Whos> of(List<Session.Variable> variables) {
    return variables.stream()
        .filter(v -> !v.name().startsWith("$"))
        .map(v -> new Whos(v.name(), v.type(), size(v.value())))
        .toList();
  }

  private static String size(Object value) {
    if (value == null) {
      return "null";
    }
    if (value.getClass().isArray()) {
      return Array.getLength(value) + " items";
    }
    if (value instanceof Collection<?> c) {
      return c.size() + " items";
    }
    if (value instanceof Map<?, ?> m) {
      return m.size() + " entries";
    }
    if (value instanceof CharSequence s) {
      return s.length() + " characters";
    }
    for (String method : List.of("getShape", "shape")) { // tables and tensors of any library
      try {
        var shape = value.getClass().getMethod(method);
        shape.trySetAccessible();
        return String.valueOf(shape.invoke(value));
      } catch (ReflectiveOperationException e) {
        // it has none
      }
    }
    String text = value instanceof Number || value instanceof Boolean ? value.toString() : "";
    return text;
  }
}
