package resgen.lab.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import tech.tablesaw.api.Table;

/** Claims with what was measured about each, and the verdict that follows. */
public final class Claims {

  private final TextTable rows = new TextTable("verdict", "claim", "measured here", "verdict");

  /** No claims yet. */
  public Claims() {}

  /** Claims that the first is lower than the second. */
  public Claims lower(String words, Spread first, Spread second) {
    return lowest(words, first, second);
  }

  /** Claims that the first is lower than every other. */
  public Claims lowest(String words, Spread first, Spread... others) {
    List<Verdict> each = Arrays.stream(others).map(other -> Verdict.lower(first, other)).toList();
    String rest = String.join(", ", Arrays.stream(others).map(Spread::toString).toList());
    return add(words, first + " against " + rest, Verdict.all(each));
  }

  /**
   * Claims that for each of the others there is one of these with a lower distance at no higher
   * cost.
   *
   * @param cost of a sample; not a number if unknown, and then nothing is claimed of it
   */
  public Claims dominates(
      String words,
      List<Measurement> these,
      List<Measurement> others,
      ToDoubleFunction<Measurement> cost) {
    List<Verdict> each = new ArrayList<>();
    for (Measurement other : others) {
      boolean all = known(other, cost) && these.stream().allMatch(one -> known(one, cost));
      each.add(all ? dominated(these, other, cost) : Verdict.NOT_MEASURED);
    }
    long beaten = each.stream().filter(Verdict.HOLDS::equals).count();
    return add(words, beaten + " of " + others.size() + " points", Verdict.all(each));
  }

  private static boolean known(Measurement one, ToDoubleFunction<Measurement> cost) {
    return one.known() && !Double.isNaN(cost.applyAsDouble(one));
  }

  private static Verdict dominated(
      List<Measurement> these, Measurement other, ToDoubleFunction<Measurement> cost) {
    List<Verdict> affordable =
        these.stream()
            .filter(one -> cost.applyAsDouble(one) <= cost.applyAsDouble(other))
            .map(one -> Verdict.lower(one.distance(), other.distance()))
            .toList();
    if (affordable.contains(Verdict.HOLDS)) {
      return Verdict.HOLDS;
    }
    return affordable.contains(Verdict.UNDECIDED) ? Verdict.UNDECIDED : Verdict.DOES_NOT_HOLD;
  }

  /** A claim with a verdict that was found in another way. */
  public Claims add(String words, String found, Verdict verdict) {
    rows.row(words, found, verdict);
    return this;
  }

  /** A row for each claim. */
  public Table table() {
    return rows.table();
  }

  @Override
  public String toString() {
    return table().print();
  }
}
