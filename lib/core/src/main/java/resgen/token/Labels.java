package resgen.token;

import java.util.Arrays;

/** Class labels to generate for, in order; immutable, and never negative. */
public final class Labels {
  private static final int DEFAULT_CLASSES = 10;

  private final int[] values;
  private final int perClass;

  private Labels(int[] values) {
    this(values, 0);
  }

  private Labels(int[] values, int perClass) {
    this.values = values;
    this.perClass = perClass;
  }

  /**
   * These labels.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public static Labels of(int... labels) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        throw new IllegalArgumentException(
            "label " + i + " is " + labels[i] + ", expected 0 or above");
      }
    }
    return new Labels(labels.clone());
  }

  /**
   * {@code perClass} of each class that the model has which is asked for them, class by class:
   * {@code 0,0,..,1,1,..}. Until a model is asked, they are those of ten classes; see {@link
   * #forClasses}.
   */
  public static Labels each(int perClass) {
    return new Labels(each(perClass, DEFAULT_CLASSES).values, perClass);
  }

  /** {@code perClass} of each class, class by class: {@code 0,0,..,1,1,..}. */
  public static Labels each(int perClass, int classes) {
    checkCounts("perClass", perClass, classes);
    int[] values = new int[Math.multiplyExact(perClass, classes)];
    Arrays.setAll(values, i -> i / perClass);
    return new Labels(values);
  }

  /**
   * These labels; those of {@link #each(int)} for so many classes.
   *
   * @param classes of a model; 0 if it has none
   */
  public Labels forClasses(int classes) {
    return perClass == 0 || classes == 0 ? this : each(perClass, classes);
  }

  /** {@code count} labels in turn: {@code 0,1,..,classes-1,0,1,..}. */
  public static Labels cycle(int count, int classes) {
    checkCounts("count", count, classes);
    int[] values = new int[count];
    Arrays.setAll(values, i -> i % classes);
    return new Labels(values);
  }

  /** {@code count} times one label. */
  public static Labels repeat(int label, int count) {
    checkCounts("count", count, 1);
    int[] values = new int[count];
    Arrays.fill(values, label);
    return of(values);
  }

  /** How many labels there are. */
  public int size() {
    return values.length;
  }

  /** The label at a place. */
  public int get(int i) {
    return values[i];
  }

  /** All labels; a copy. */
  public int[] toArray() {
    return values.clone();
  }

  /** The labels from {@code from} up to and without {@code to}, for a batch. */
  public Labels range(int from, int to) {
    if (from < 0 || to > values.length || from > to) {
      throw new IndexOutOfBoundsException("labels " + from + ".." + to + " of " + values.length);
    }
    return new Labels(Arrays.copyOfRange(values, from, to));
  }

  /**
   * These labels, if a model of so many classes knows them all.
   *
   * @throws IllegalArgumentException naming the first that it does not
   */
  public Labels within(int classes) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] >= classes) {
        throw new IllegalArgumentException(
            "label " + i + " is " + values[i] + ", expected 0.." + (classes - 1));
      }
    }
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels labels && Arrays.equals(values, labels.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return values.length <= 20
        ? "Labels" + Arrays.toString(values)
        : "Labels(" + values.length + ")" + Arrays.toString(Arrays.copyOf(values, 10)) + "…";
  }

  private static void checkCounts(String name, int count, int classes) {
    if (count < 0 || classes < 1) {
      throw new IllegalArgumentException(
          name + " must be 0 or above and classes 1 or above: " + count + ", " + classes);
    }
  }
}
