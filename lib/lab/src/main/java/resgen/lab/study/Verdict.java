package resgen.lab.study;

import java.util.List;

/** What measured numbers say about a claim. */
public enum Verdict {
  /** The difference is as claimed, and more than twice its spread. */
  HOLDS("holds"),
  /** The difference is the other way, and more than twice its spread. */
  DOES_NOT_HOLD("does not hold"),
  /** The difference is within twice its spread, or the spread is not known. */
  UNDECIDED("undecided"),
  /** What was measured is another thing than what was claimed. */
  NOT_COMPARABLE("not comparable"),
  /** A number is missing. */
  NOT_MEASURED("not yet measured");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /** Whether the first is lower than the second. */
  public static Verdict lower(Spread first, Spread second) {
    if (!first.known() || !second.known()) {
      return NOT_MEASURED;
    }
    double gap = second.mean() - first.mean();
    if (gap > first.needed(second)) {
      return HOLDS;
    }
    return -gap > first.needed(second) ? DOES_NOT_HOLD : UNDECIDED;
  }

  /** Of a claim that all of some claims hold: one that does not is enough to refute it. */
  static Verdict all(List<Verdict> each) {
    if (each.contains(DOES_NOT_HOLD)) {
      return DOES_NOT_HOLD;
    }
    if (each.isEmpty() || each.contains(NOT_MEASURED)) {
      return NOT_MEASURED;
    }
    return each.contains(UNDECIDED) ? UNDECIDED : HOLDS;
  }

  @Override
  public String toString() {
    return words;
  }
}
