package resgen.kernel.eval;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassReader;

/**
 * Copies of code that a cell ran once, for the new shapes of the classes that it uses.
 *
 * <p>JShell does not compile a statement again, and lambdas and anonymous classes that it made are
 * still in use. A copy is the same code with the names of the newest classes in it. It fails where
 * it uses what the new shape has not, as any code does that is not compiled again.
 */
final class CodeCopies {
  /** Of a wrapper class, with the letters of its version; several for methods of one name. */
  static final String NUMBERS = "\\d+[A-Z]*(?:_\\d+[A-Z]*)*";

  private static final Pattern NAME =
      Pattern.compile("REPL/\\$JShell\\$" + NUMBERS + "(\\$[\\w$]+)?");
  private static final Pattern WRAPPER =
      Pattern.compile("((REPL[./]\\$JShell\\$\\d+)[A-Z]*(?:_\\d+[A-Z]*)*)(.*)");
  private static final String RUN = "do_it$";
  private static final String COPY = "COPY"; // JShell's own versions are A, B, and so on

  private final Map<String, byte[]> sources;
  private final UnaryOperator<String> newest;
  private final Predicate<String> outdated;
  private final Function<Map<String, byte[]>, Map<String, Class<?>>> define;
  private final Map<String, String> copies = new ConcurrentHashMap<>();
  private final Map<String, String> originals = new ConcurrentHashMap<>();

  /**
   * @param sources the notebook's classes as they were compiled, by their names
   * @param newest the name of the newest version of a class
   * @param outdated whether a class, by its name, uses classes that have a newer shape
   * @param define defines classes
   */
  CodeCopies(
      Map<String, byte[]> sources,
      UnaryOperator<String> newest,
      Predicate<String> outdated,
      Function<Map<String, byte[]>, Map<String, Class<?>>> define) {
    this.sources = sources;
    this.newest = newest;
    this.outdated = outdated;
    this.define = define;
  }

  /** The name of the class without that of the one that JShell wraps it in. */
  private static String rest(String name) {
    Matcher m = WRAPPER.matcher(name);
    return m.matches() ? m.group(3) : "";
  }

  private static String wrapper(String name) {
    Matcher m = WRAPPER.matcher(name);
    return m.matches() ? m.group(1) : name;
  }

  /** Whether a class is code that a cell ran, and none that its author defined. */
  boolean isRun(Class<?> type) {
    return isRun(wrapper(type.getName()));
  }

  private boolean isRun(String wrapper) {
    byte[] source = sources.get(wrapper);
    return source != null && new String(source, StandardCharsets.ISO_8859_1).contains(RUN);
  }

  /**
   * The class that has this one's code for the newest shapes; itself when it is up to date.
   *
   * @return null for a class that the notebook's author defined
   */
  Class<?> of(Class<?> type) throws ClassNotFoundException {
    String name = type.getName();
    if (!rest(name).isEmpty() && !isRun(type)) {
      return null;
    }
    String now = wrapper(name);
    while (copies.containsKey(now)) {
      now = copies.get(now);
    }
    if (isOutdated(now)) {
      now = copy(now);
    }
    return Class.forName(now + rest(name), false, type.getClassLoader());
  }

  /** The stack as if the originals ran, whose lines are known. */
  StackTraceElement[] originals(StackTraceElement[] stack) {
    StackTraceElement[] out = stack.clone();
    for (int i = 0; i < out.length; i++) {
      StackTraceElement e = out[i];
      String original = originals.get(wrapper(e.getClassName()));
      if (original != null) {
        String name = original + rest(e.getClassName());
        out[i] = new StackTraceElement(name, e.getMethodName(), e.getFileName(), e.getLineNumber());
      }
    }
    return out;
  }

  private boolean isOutdated(String wrapper) {
    return sources.keySet().stream()
        .anyMatch(name -> wrapper(name).equals(wrapper) && outdated.test(name));
  }

  private String copy(String wrapper) {
    Matcher m = WRAPPER.matcher(wrapper);
    if (!m.matches()) {
      throw new IllegalArgumentException(wrapper);
    }
    String made = m.group(2) + COPY + letters(copies.size());
    Map<String, byte[]> family = new HashMap<>();
    sources.forEach(
        (name, bytes) -> {
          if (wrapper(name).equals(wrapper)) {
            family.put(made + rest(name), renamed(bytes, wrapper, made));
          }
        });
    copies.put(wrapper, made);
    originals.put(made, originals.getOrDefault(wrapper, wrapper));
    define.apply(family);
    return made;
  }

  private static String letters(int n) {
    String last = String.valueOf((char) ('A' + n % 26));
    return n < 26 ? last : letters(n / 26 - 1) + last;
  }

  private byte[] renamed(byte[] bytes, String from, String to) {
    String self = from.replace('.', '/');
    String copy = to.replace('.', '/');
    UnaryOperator<String> names =
        text ->
            NAME.matcher(text)
                .replaceAll(
                    m -> {
                      String name = m.group();
                      boolean own = wrapper(name).equals(self);
                      String now =
                          own
                              ? copy + rest(name)
                              : newest.apply(name.replace('/', '.')).replace('.', '/');
                      return Matcher.quoteReplacement(now);
                    });
    try {
      return rewritten(bytes, names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class file with the texts of its constant pool replaced; nothing else knows names. */
  private static byte[] rewritten(byte[] bytes, UnaryOperator<String> names) throws IOException {
    ClassReader reader = new ClassReader(bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    int at = 10; // magic, version and the pool's size
    data.write(bytes, 0, at);
    for (int i = 1; i < reader.getItemCount(); i++) {
      if (reader.getItem(i) == 0) {
        continue; // the second half of a long or double
      }
      int end = at + 1 + length(bytes, at);
      if (bytes[at] == 1) {
        data.writeByte(1);
        data.writeUTF(names.apply(utf(bytes, at + 1)));
      } else {
        data.write(bytes, at, end - at);
      }
      at = end;
    }
    data.write(bytes, at, bytes.length - at);
    return out.toByteArray();
  }

  private static String utf(byte[] bytes, int at) throws IOException {
    return new DataInputStream(new ByteArrayInputStream(bytes, at, bytes.length - at)).readUTF();
  }

  /** How many bytes a constant has behind its tag. */
  private static int length(byte[] bytes, int at) {
    return switch (bytes[at]) {
      case 1 -> 2 + ((bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff);
      case 5, 6 -> 8;
      case 7, 8, 16, 19, 20 -> 2;
      case 15 -> 3;
      default -> 4;
    };
  }
}
