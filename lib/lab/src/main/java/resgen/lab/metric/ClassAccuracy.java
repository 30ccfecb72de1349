package resgen.lab.metric;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import resgen.token.Labels;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How often a classifier sees in an image the class it was generated for. */
public final class ClassAccuracy {
  private final List<String> classNames;
  private final int[][] confusion;

  private ClassAccuracy(List<String> classNames, int[][] confusion) {
    this.classNames = classNames;
    this.confusion = confusion;
  }

  /**
   * From the classes asked for and those seen.
   *
   * @param wanted the class of each image
   * @param seen the class that the classifier gives each image
   * @throws IllegalArgumentException if the numbers differ, or naming a label out of range
   */
  public static ClassAccuracy of(Labels wanted, Labels seen, List<String> classNames) {
    if (wanted.size() != seen.size()) {
      throw new IllegalArgumentException(
          wanted.size() + " labels wanted but " + seen.size() + " seen");
    }
    wanted.within(classNames.size());
    seen.within(classNames.size());
    int[][] confusion = new int[classNames.size()][classNames.size()];
    for (int i = 0; i < wanted.size(); i++) {
      confusion[wanted.get(i)][seen.get(i)]++;
    }
    return new ClassAccuracy(List.copyOf(classNames), confusion);
  }

  /** Images in all. */
  public int count() {
    return IntStream.range(0, confusion.length).map(this::count).sum();
  }

  /** The share of images seen as what they should be; NaN of no images. */
  public double accuracy() {
    int right = IntStream.range(0, confusion.length).map(c -> confusion[c][c]).sum();
    return (double) right / count();
  }

  /** The share for one class; NaN if none of it was asked for. */
  public double accuracy(int label) {
    return (double) confusion[label][label] / count(label);
  }

  /** How often {@code wanted} was seen as {@code seen}. */
  public int count(int wanted, int seen) {
    return confusion[wanted][seen];
  }

  /** One row per class: name, images, accuracy, and the class it is most often mistaken for. */
  public Table table() {
    StringColumn name = StringColumn.create("class");
    IntColumn images = IntColumn.create("images");
    DoubleColumn accuracy = DoubleColumn.create("accuracy");
    StringColumn mistaken = StringColumn.create("mistaken for");
    for (int c = 0; c < confusion.length; c++) {
      name.append(classNames.get(c));
      images.append(count(c));
      accuracy.append(accuracy(c));
      mistaken.append(mistakenFor(c));
    }
    return Table.create("class accuracy", name, images, accuracy, mistaken);
  }

  /** Wanted classes as rows, seen classes as columns. */
  public Table confusion() {
    Table table = Table.create("confusion", StringColumn.create("wanted", classNames));
    for (int seen = 0; seen < confusion.length; seen++) {
      IntColumn column = IntColumn.create(classNames.get(seen));
      for (int[] row : confusion) {
        column.append(row[seen]);
      }
      table.addColumns(column);
    }
    return table;
  }

  private int count(int wanted) {
    return IntStream.of(confusion[wanted]).sum();
  }

  private String mistakenFor(int wanted) {
    int most = -1;
    for (int seen = 0; seen < confusion.length; seen++) {
      boolean more = most < 0 || confusion[wanted][seen] > confusion[wanted][most];
      if (seen != wanted && confusion[wanted][seen] > 0 && more) {
        most = seen;
      }
    }
    return most < 0 ? "" : classNames.get(most);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f %% of %,d images", 100 * accuracy(), count());
  }
}
