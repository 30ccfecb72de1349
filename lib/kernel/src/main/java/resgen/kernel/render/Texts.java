package resgen.kernel.render;

import java.lang.reflect.Array;

/** Values as plain text of bounded length. */
final class Texts {
  static final int MAX_CHARS = 20_000;
  private static final int MAX_ITEMS = 100;

  private Texts() {}

  /** The value's text; arrays with their type, length and first items. */
  static String of(Object value) {
    if (value == null) {
      return "null";
    }
    return cut(value.getClass().isArray() ? array(value) : String.valueOf(value));
  }

  static String cut(String text) {
    return text.length() <= MAX_CHARS
        ? text
        : text.substring(0, MAX_CHARS) + "\n… " + (text.length() - MAX_CHARS) + " more characters";
  }

  private static String array(Object array) {
    int length = Array.getLength(array);
    StringBuilder out = new StringBuilder(array.getClass().getComponentType().getSimpleName());
    out.append('[').append(length).append("] {");
    for (int i = 0; i < length && i < MAX_ITEMS; i++) {
      out.append(i == 0 ? "" : ", ").append(of(Array.get(array, i)));
      if (out.length() > MAX_CHARS) {
        break;
      }
    }
    return out.append(length > MAX_ITEMS ? ", …}" : "}").toString();
  }
}
