package resgen.lab.study;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A share of a study's work: what one of several processes does that know nothing of each other, as
 * those of a job array. All shares together are all of the work, and no two overlap.
 *
 * @param index which one, from 1
 * @param count of shares
 */
public record Shard(int index, int count) {

  /** All of the work. */
  public static final Shard ALL = new Shard(1, 1);

  /** Checks the numbers. */
  public Shard {
    if (count < 1 || index < 1 || index > count) {
      throw new IllegalArgumentException(
          "shard %d/%d: i/n with i from 1 to n is allowed".formatted(index, count));
    }
  }

  /**
   * From text, as {@code 3/8}.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static Shard parse(String text) {
    if (!text.matches("\\d{1,6}/\\d{1,6}")) {
      throw new IllegalArgumentException("shard '" + text + "' is not i/n, as 3/8");
    }
    int slash = text.indexOf('/');
    return new Shard(
        Integer.parseInt(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  /**
   * This share of some things.
   *
   * @param unit what must not be divided: things of equal units are in one share
   */
  <T> List<T> of(List<T> all, Function<T, String> unit) {
    List<String> units = all.stream().map(unit).distinct().toList();
    List<String> own =
        IntStream.range(0, units.size())
            .filter(i -> i % count == index - 1)
            .mapToObj(units::get)
            .toList();
    return all.stream().filter(one -> own.contains(unit.apply(one))).toList();
  }

  @Override
  public String toString() {
    return index + "/" + count;
  }
}
