package resgen.kernel.wire;

import com.google.gson.JsonArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import resgen.kernel.History;

/**
 * What a {@code history_request} asks for.
 *
 * @param how {@code tail}, {@code range} or {@code search}
 * @param session of a range: its number, or 0 for this one, -1 for the one before
 * @param n the most entries of a tail or a search, the last ones
 * @param start the first line of a range
 * @param stop the line after a range
 * @param pattern what a search looks for, with {@code *} and {@code ?}
 * @param unique whether equal cells count once in a search
 * @param output whether entries carry the text of their result
 */
record HistorySearch(
    String how,
    int session,
    int n,
    int start,
    int stop,
    String pattern,
    boolean unique,
    boolean output) {

  static HistorySearch of(Message request) {
    String how = request.text("hist_access_type", "tail");
    int most = how.equals("tail") ? 10 : Integer.MAX_VALUE;
    return new HistorySearch(
        how,
        request.number("session", 0),
        Math.max(0, request.number("n", most)),
        request.number("start", 1),
        request.number("stop", Integer.MAX_VALUE),
        request.text("pattern", "*"),
        request.flag("unique", false),
        request.flag("output", false));
  }

  /** The entries as triples of session, line and code (or code and output). */
  JsonArray in(History history) {
    List<History.Entry> all = history.entries();
    int asked = session > 0 ? session : history.session() + session;
    List<History.Entry> found =
        switch (how) {
          case "range" ->
              all.stream()
                  .filter(e -> e.session() == asked && e.line() >= start && e.line() < stop)
                  .toList();
          case "search" -> last(matching(all));
          default -> last(all);
        };
    JsonArray out = new JsonArray();
    found.forEach(e -> out.add(triple(e)));
    return out;
  }

  private List<History.Entry> matching(List<History.Entry> all) {
    List<History.Entry> out = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = all.size() - 1; i >= 0; i--) {
      String code = all.get(i).code();
      if (matches(pattern, code) && (!unique || seen.add(code))) {
        out.add(all.get(i));
      }
    }
    Collections.reverse(out);
    return out;
  }

  private List<History.Entry> last(List<History.Entry> entries) {
    return entries.subList(Math.max(0, entries.size() - n), entries.size());
  }

  private JsonArray triple(History.Entry e) {
    JsonArray out = new JsonArray();
    out.add(e.session());
    out.add(e.line());
    if (output) {
      JsonArray both = new JsonArray();
      both.add(e.code());
      both.add(e.output());
      out.add(both);
    } else {
      out.add(e.code());
    }
    return out;
  }

  /** Whether the text matches, in time of at most their lengths' product. */
  static boolean matches(String pattern, String text) {
    int p = 0;
    int star = -1;
    int resume = 0;
    for (int t = 0; t < text.length(); ) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
