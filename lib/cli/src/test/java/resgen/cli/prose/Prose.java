package resgen.cli.prose;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document's paragraphs and rows of tables, each in one line, without its code blocks.
 *
 * @param section the heading that it stands under
 * @param text with single spaces
 */
record Prose(String section, String text) {

  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])\\d(?:[\\d,.]*\\d)?");
  private static final Pattern QUOTED =
      Pattern.compile("`[^`]*`|\\]\\([^)]*\\)|\\$\\$[^$]*\\$\\$|\\$[^$]*\\$");

  /** Those of a document. */
  static List<Prose> of(String document) {
    List<Prose> out = new ArrayList<>();
    String section = "";
    StringBuilder open = new StringBuilder();
    for (String line : (FENCED.matcher(document).replaceAll("") + "\n\n").split("\n", -1)) {
      boolean whole = line.startsWith("|") || line.startsWith("#") || line.startsWith("    ");
      if ((line.isBlank() || whole) && !open.isEmpty()) {
        out.add(new Prose(section, open.toString().strip().replaceAll("\\s+", " ")));
        open.setLength(0);
      }
      if (line.startsWith("#")) {
        section = line.replaceFirst("#+ ", "");
      } else if (line.startsWith("|")) {
        out.add(new Prose(section, line.strip().replaceAll("\\s+", " ")));
      } else if (!whole) {
        open.append(line).append(' ');
      }
    }
    return out;
  }

  /**
   * Its numbers, with their surroundings, that no claim covers; names, links and formulas aside.
   */
  List<String> uncovered(List<String> claims) {
    boolean[] covered = new boolean[text.length()];
    Matcher quoted = QUOTED.matcher(text);
    while (quoted.find()) {
      cover(covered, quoted.start(), quoted.end());
    }
    for (String claim : claims) {
      for (int at = text.indexOf(claim); at >= 0; at = text.indexOf(claim, at + 1)) {
        cover(covered, at, at + claim.length());
      }
    }
    List<String> out = new ArrayList<>();
    Matcher number = NUMBER.matcher(text);
    while (number.find()) {
      if (!covered[number.start()] || !covered[number.end() - 1]) {
        int from = Math.max(0, number.start() - 30);
        out.add(text.substring(from, Math.min(text.length(), number.end() + 30)));
      }
    }
    return out;
  }

  private static void cover(boolean[] covered, int from, int to) {
    for (int i = from; i < to; i++) {
      covered[i] = true;
    }
  }
}
