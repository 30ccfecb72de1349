package resgen.token;

import java.util.Arrays;
import java.util.List;

/** What samples are generated for, one entry a sample. */
public sealed interface Condition {

  /** How many samples. */
  int size();

  /** Names of the classes; empty of conditions that are not classes. */
  default List<String> classNames() {
    return List.of();
  }

  /** The conditions of some samples, in this order; one may come twice. */
  Condition select(int... samples);

  /** The conditions of samples {@code from … to − 1}. */
  default Condition range(int from, int to) {
    if (from < 0 || to > size() || from > to) {
      throw new IndexOutOfBoundsException("conditions " + from + ".." + to + " of " + size());
    }
    int[] rows = new int[to - from];
    Arrays.setAll(rows, i -> from + i);
    return select(rows);
  }

  /**
   * No condition.
   *
   * @param size how many samples
   */
  record None(int size) implements Condition {
    public None {
      if (size < 0) {
        throw new IllegalArgumentException("size " + size + " is negative");
      }
    }

    @Override
    public None select(int... samples) {
      return new None(samples.length);
    }
  }

  /**
   * A class for each sample.
   *
   * @param ids index into the names; their number stands for no class
   * @param names of the classes
   */
  record Classes(int[] ids, List<String> names) implements Condition {

    /** The word for samples without a class. */
    public static final String NO_CLASS = "no class";

    public Classes {
      ids = ids.clone();
      names = List.copyOf(names);
      for (int i = 0; i < ids.length; i++) {
        if (ids[i] < 0 || ids[i] > names.size()) {
          throw new IllegalArgumentException(
              "class %d of sample %d is not in 0 … %d (%d: no class)"
                  .formatted(ids[i], i, names.size(), names.size()));
        }
      }
    }

    @Override
    public int[] ids() {
      return ids.clone();
    }

    @Override
    public int size() {
      return ids.length;
    }

    /**
     * Refuses classes that are not the same: a class is its place among the names.
     *
     * @param one whose the names are, as "the model"
     * @param other whose the other names are
     * @throws IllegalArgumentException listing both
     */
    public static void requireSame(
        String one, List<String> names, String other, List<String> others) {
      if (!names.equals(others)) {
        throw new IllegalArgumentException(
            "the classes of %s are %s, those of %s are %s; they must be the same in the same order"
                .formatted(one, names, other, others));
      }
    }

    /** The same of two sets' conditions; those that are not classes have no names. */
    public static void requireSame(
        String one, Condition conditions, String other, Condition others) {
      requireSame(one, conditions.classNames(), other, others.classNames());
    }

    @Override
    public List<String> classNames() {
      return names;
    }

    /** How many classes there are. */
    public int count() {
      return names.size();
    }

    /** The class of a sample in words. */
    public String name(int sample) {
      return ids[sample] == names.size() ? NO_CLASS : names.get(ids[sample]);
    }

    @Override
    public Classes select(int... samples) {
      int[] chosen = new int[samples.length];
      Arrays.setAll(chosen, i -> ids[samples[i]]);
      return new Classes(chosen, names);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Classes classes
          && Arrays.equals(ids, classes.ids)
          && names.equals(classes.names);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(ids) + names.hashCode();
    }

    @Override
    public String toString() {
      return ids.length + " samples of " + names.size() + " classes";
    }
  }

  /**
   * A text for each sample, as symbols.
   *
   * @param ids symbols of each sample, in 0 … symbols − 1; lengths may differ, none is empty
   * @param symbols how many there are
   */
  record Text(int[][] ids, int symbols) implements Condition {

    public Text {
      for (int i = 0; i < ids.length; i++) {
        if (ids[i].length == 0) {
          throw new IllegalArgumentException("text " + i + " is empty");
        }
        for (int id : ids[i]) {
          if (id < 0 || id >= symbols) {
            throw new IllegalArgumentException(
                "symbol %d of text %d is not in 0 … %d".formatted(id, i, symbols - 1));
          }
        }
      }
    }

    @Override
    public int size() {
      return ids.length;
    }

    @Override
    public Text select(int... samples) {
      int[][] chosen = new int[samples.length][];
      Arrays.setAll(chosen, i -> ids[samples[i]]);
      return new Text(chosen, symbols);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text text
          && text.symbols == symbols
          && Arrays.deepEquals(ids, text.ids);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.deepHashCode(ids) + symbols;
    }

    @Override
    public String toString() {
      return ids.length + " texts of " + symbols + " symbols";
    }
  }

  /**
   * A text for each sample, how long each of its symbols lasts, and who says it: what is said at
   * every position.
   *
   * @param text of each sample
   * @param frames that each symbol lasts, 0 or more, at least 1 in all
   * @param each frames of a position
   * @param speakers a class for each sample; without names where that is not told
   */
  record Timed(Text text, int[][] frames, int each, Classes speakers) implements Condition {

    public Timed {
      if (each < 1) {
        throw new IllegalArgumentException("frames of a position " + each + " must be 1 or more");
      }
      if (frames.length != text.size() || speakers.size() != text.size()) {
        throw new IllegalArgumentException(
            "%d texts, durations of %d and speakers of %d"
                .formatted(text.size(), frames.length, speakers.size()));
      }
      for (int i = 0; i < frames.length; i++) {
        if (frames[i].length != text.ids()[i].length) {
          throw new IllegalArgumentException(
              "text %d has %d symbols and %d durations"
                  .formatted(i, text.ids()[i].length, frames[i].length));
        }
        if (Arrays.stream(frames[i]).anyMatch(f -> f < 0) || Arrays.stream(frames[i]).sum() < 1) {
          throw new IllegalArgumentException(
              "durations of text %d must be 0 or more, and 1 in all".formatted(i));
        }
      }
    }

    /** Positions that each sample takes: its frames, filled up to whole positions. */
    public int[] lengths() {
      return Arrays.stream(frames)
          .mapToInt(own -> (Arrays.stream(own).sum() + each - 1) / each)
          .toArray();
    }

    /** {@inheritDoc} The speakers'. */
    @Override
    public List<String> classNames() {
      return speakers.names();
    }

    @Override
    public int size() {
      return frames.length;
    }

    @Override
    public Timed select(int... samples) {
      int[][] chosen = new int[samples.length][];
      Arrays.setAll(chosen, i -> frames[samples[i]]);
      return new Timed(text.select(samples), chosen, each, speakers.select(samples));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Timed timed
          && text.equals(timed.text)
          && Arrays.deepEquals(frames, timed.frames)
          && each == timed.each
          && speakers.equals(timed.speakers);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * text.hashCode() + Arrays.deepHashCode(frames)) + speakers.hashCode();
    }

    @Override
    public String toString() {
      return "%d texts of %d symbols by %d speakers"
          .formatted(size(), text.symbols(), speakers.count());
    }
  }
}
