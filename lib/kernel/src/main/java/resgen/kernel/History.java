package resgen.kernel;

import java.util.ArrayList;
import java.util.List;

/** The cells that ran, with the text of their results. */
public final class History {
  /**
   * A cell.
   *
   * @param line the number n of {@code In [n]}
   * @param output the text of its result, or null
   */
  public record Entry(int line, String code, String output) {}

  private final List<Entry> entries = new ArrayList<>();

  History() {}

  synchronized void add(int line, String code) {
    entries.add(new Entry(line, code, null));
  }

  /** The cell of this number had a result. */
  synchronized void output(int line, String output) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i).line() == line) {
        entries.set(i, new Entry(line, entries.get(i).code(), output));
        return;
      }
    }
  }

  /** The cells so far, in order. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
