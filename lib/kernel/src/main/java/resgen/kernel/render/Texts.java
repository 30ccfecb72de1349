package resgen.kernel.render;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;
import resgen.kernel.eval.Names;

/** Values as plain text of bounded length. */
public final class Texts {
  /** Longer texts are cut. */
  public static final int MAX_CHARS = 20_000;

  private static final int MAX_ITEMS = 100;
  private static final int MAX_DEPTH = 4;

  private Texts() {}

  /** The value's text; arrays, and long collections and maps, with their size and first items. */
  public static String of(Object value) {
    return of(value, 0);
  }

  private static String of(Object value, int depth) {
    if (value == null) {
      return "null";
    }
    try {
      if (depth < MAX_DEPTH && value.getClass().isArray()) {
        return cut(array(value, depth));
      }
      if (depth < MAX_DEPTH && value instanceof Collection<?> c && c.size() > MAX_ITEMS) {
        return cut("[" + items(c.iterator(), c.size(), depth) + "]");
      }
      if (depth < MAX_DEPTH && value instanceof Map<?, ?> m && m.size() > MAX_ITEMS) {
        return cut("{" + items(m.entrySet().iterator(), m.size(), depth) + "}");
      }
      return cut(Names.plain(String.valueOf(value.toString())));
    } catch (RuntimeException | StackOverflowError e) {
      return Names.plain(value.getClass().getName() + " (its toString() failed: " + e + ")");
    }
  }

  /** The text, or its beginning with a note of how much is missing. */
  public static String cut(String text) {
    return text.length() <= MAX_CHARS
        ? text
        : text.substring(0, MAX_CHARS) + "\n… " + (text.length() - MAX_CHARS) + " more characters";
  }

  private static String array(Object array, int depth) {
    int length = Array.getLength(array);
    Iterator<Object> items =
        IntStream.range(0, Math.min(length, MAX_ITEMS))
            .mapToObj(i -> Array.get(array, i))
            .iterator();
    String type = array.getClass().getComponentType().getSimpleName();
    return type + "[" + length + "] {" + items(items, length, depth) + "}";
  }

  private static String items(Iterator<?> items, int size, int depth) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    for (; i < MAX_ITEMS && items.hasNext() && out.length() <= MAX_CHARS; i++) {
      out.append(i == 0 ? "" : ", ").append(of(items.next(), depth + 1));
    }
    return size <= i ? out.toString() : out + ", … " + (size - i) + " more";
  }
}
