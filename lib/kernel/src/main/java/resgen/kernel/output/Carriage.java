package resgen.kernel.output;

/** Text that overwrites its own line with carriage returns, as progress bars do. */
public final class Carriage {
  private Carriage() {}

  /**
   * The text without the parts of its lines that later parts, at least as long, overwrite. What
   * stands in a terminal afterwards, and where its cursor is, stays the same.
   */
  public static String collapse(String text) {
    if (text.indexOf('\r') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      out.append(line(lines[i])).append(i + 1 < lines.length ? "\n" : "");
    }
    return out.toString();
  }

  private static String line(String line) {
    if (line.indexOf('\r') < 0) {
      return line;
    }
    String[] parts = line.split("\r", -1);
    String out = "\r" + parts[parts.length - 1];
    int longest = parts[parts.length - 1].length();
    for (int i = parts.length - 2; i > 0; i--) {
      if (parts[i].length() > longest) {
        longest = parts[i].length();
        out = "\r" + parts[i] + out;
      }
    }
    // What stands before the first return may continue a line of earlier text.
    return parts[0] + out;
  }
}
