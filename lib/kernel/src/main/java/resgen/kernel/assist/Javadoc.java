package resgen.kernel.assist;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A javadoc comment as plain text and as HTML. Of the comment's own HTML only what shapes text is
 * kept, without attributes, since a front end would also run scripts.
 */
final class Javadoc {
  private static final Set<String> ALLOWED =
      Set.of(
          ("p ul ol li pre code b i em strong br dl dt dd sub sup blockquote table tr td th thead"
                  + " tbody caption tt var h1 h2 h3 h4 h5 h6")
              .split(" "));
  private static final Pattern TAG =
      Pattern.compile("<(/?)([a-zA-Z][a-zA-Z0-9]*)\\b[^>]*>|<!--.*?-->");
  private static final Pattern BLOCK = Pattern.compile("(?m)^\\s*@(\\w+)\\s*");
  private static final Map<String, String> NAMES =
      Map.of(
          "return", "Returns",
          "throws", "Throws",
          "exception", "Throws",
          "since", "Since",
          "see", "See",
          "deprecated", "Deprecated",
          "author", "Author",
          "apiNote", "API note",
          "implSpec", "Specification",
          "implNote", "Implementation");

  private final String body;
  private final List<String[]> blocks = new ArrayList<>();

  /** A comment without its stars, as javac gives it. */
  Javadoc(String comment) {
    Matcher m = BLOCK.matcher(comment);
    int from = 0;
    String tag = null;
    String first = comment;
    while (m.find()) {
      String part = comment.substring(from, m.start());
      if (tag == null) {
        first = part;
      } else {
        blocks.add(new String[] {tag, part});
      }
      tag = m.group(1);
      from = m.end();
    }
    if (tag != null) {
      blocks.add(new String[] {tag, comment.substring(from)});
    }
    body = first;
  }

  /** As HTML. */
  String html() {
    StringBuilder out = new StringBuilder("<div>").append(html(body));
    String last = "";
    for (String[] block : blocks) {
      String title = title(block[0]);
      if (!title.equals(last)) {
        out.append("<p><b>").append(title).append("</b>");
      }
      last = title;
      String text = block[1].strip();
      if (block[0].matches("param|throws|exception")) {
        String name = text.split("\\s", 2)[0];
        String rest = text.substring(name.length());
        out.append("<br><code>").append(escape(name)).append("</code> ").append(html(rest));
      } else {
        out.append("<br>").append(html(text));
      }
    }
    return out.append("</div>").toString();
  }

  private static String title(String tag) {
    return tag.equals("param") ? "Parameters" : NAMES.getOrDefault(tag, "@" + tag);
  }

  /** As text without markup. */
  String text() {
    StringBuilder out = new StringBuilder(text(body));
    for (String[] block : blocks) {
      out.append("\n\n".substring(out.length() == 0 ? 2 : 0)).append(title(block[0])).append(": ");
      out.append(text(block[1]));
    }
    return out.toString().replaceAll("\n{3,}", "\n\n").strip();
  }

  private static String text(String comment) {
    String html =
        html(comment)
            .replaceAll("(?i)<(p|pre|ul|ol|dl|table|h\\d)>", "\n\n")
            .replaceAll("(?i)<li>", "\n- ")
            .replaceAll("(?i)<(br|tr|dt)>", "\n");
    return html.replaceAll("<[^>]*>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .strip();
  }

  private static String html(String comment) {
    StringBuilder out = new StringBuilder();
    Matcher m = TAG.matcher(inline(comment));
    while (m.find()) {
      String name = m.group(2) == null ? "" : m.group(2).toLowerCase(java.util.Locale.ROOT);
      m.appendReplacement(out, ALLOWED.contains(name) ? "<" + m.group(1) + name + ">" : "");
    }
    return m.appendTail(out).toString();
  }

  /** Replaces inline tags, which may be nested. */
  private static String inline(String comment) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < comment.length()) {
      if (!comment.startsWith("{@", i)) {
        out.append(comment.charAt(i++));
        continue;
      }
      int end = closing(comment, i);
      String inside = comment.substring(i + 2, end);
      String name = inside.split("[\\s}]", 2)[0];
      String rest = inside.substring(name.length()).strip();
      out.append(
          switch (name) {
            case "code" -> "<code>" + escape(rest) + "</code>";
            case "literal" -> escape(rest);
            case "link", "linkplain", "value" -> "<code>" + escape(label(rest)) + "</code>";
            case "inheritDoc", "docRoot" -> "";
            case "snippet" -> "<pre>" + escape(rest.replaceFirst("^[^:]*:", "")) + "</pre>";
            default -> inline(rest);
          });
      i = Math.min(comment.length(), end + 1);
    }
    return out.toString();
  }

  private static int closing(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return text.length();
  }

  /** {@code java.util.List#add(Object) adds} to {@code adds}; without a label the reference. */
  private static String label(String reference) {
    int end = 0;
    int depth = 0;
    while (end < reference.length()
        && (depth > 0 || !Character.isWhitespace(reference.charAt(end)))) {
      char c = reference.charAt(end++);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    String label = reference.substring(end).strip();
    return label.isEmpty() ? reference.replaceFirst("^#", "").replace('#', '.') : label;
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
