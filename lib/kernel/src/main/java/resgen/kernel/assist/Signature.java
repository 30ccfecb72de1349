package resgen.kernel.assist;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A signature as JShell writes it, taken apart.
 *
 * @param owner the type it belongs to, or the type itself; simple or in full, {@code Map.Entry}
 * @param name of the method or field; null for a type, the type's own for a constructor
 * @param parameters simple names of their types without type arguments; null where there are none
 */
record Signature(String owner, String name, List<String> parameters) {
  private static final Pattern METHOD =
      Pattern.compile("(?:(.*)\\s)?([\\w.$]+)\\((.*)\\)(?:\\s*throws .*)?", Pattern.DOTALL);

  /** The signature, or null for what has no owner, such as a variable of the notebook. */
  static Signature parse(String text) {
    String plain = withoutTypeArguments(text);
    Matcher method = METHOD.matcher(plain);
    if (method.matches()) {
      String path = method.group(2).replace("..", ".");
      int dot = path.lastIndexOf('.');
      boolean constructor = method.group(1) == null || method.group(1).isBlank();
      String last = path.substring(dot + 1);
      if (!constructor && dot < 0) {
        return null; // a method of the notebook
      }
      String owner = constructor ? path : path.substring(0, dot);
      return new Signature(owner, last, types(method.group(3)));
    }
    int colon = plain.indexOf(':');
    String path = colon < 0 ? plain.strip() : plain.substring(0, colon).strip();
    int dot = path.lastIndexOf('.');
    if (colon < 0) {
      return path.matches("[\\w.$]+") ? new Signature(path, null, null) : null;
    }
    return dot < 0 ? null : new Signature(path.substring(0, dot), path.substring(dot + 1), null);
  }

  static String withoutTypeArguments(String text) {
    StringBuilder out = new StringBuilder();
    int depth = 0;
    for (char c : text.toCharArray()) {
      depth += c == '<' ? 1 : 0;
      if (depth == 0) {
        out.append(c);
      }
      depth -= c == '>' ? 1 : 0;
    }
    return out.toString();
  }

  /** {@code int ch, java.util.List[] l, Object... more} to {@code int, List[], Object[]}. */
  static List<String> types(String parameters) {
    List<String> out = new ArrayList<>();
    for (String parameter : withoutTypeArguments(parameters).split(",")) {
      String text = parameter.replaceAll("@\\w+(\\([^)]*\\))?|\\bfinal\\b", "").strip();
      String type = text.replaceAll("\\s+\\w+$", "").replace("...", "[]").replace(" ", "");
      if (!type.isEmpty()) {
        out.add(type.substring(type.lastIndexOf('.') + 1));
      }
    }
    return out;
  }
}
