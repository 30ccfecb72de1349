package resgen.cli;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import resgen.vision.ImageGrid;
import resgen.vision.Images;

/** One picture of samples that come batch by batch: a row for each class, of bounded size. */
final class Sheet {

  private static final int PIXELS = 1 << 23; // 32 MiB in memory
  private static final int ENLARGED = 128;
  private static final int GAP = 2;

  private final int perClass;
  private final int classes;
  private final List<Images> kept = new ArrayList<>();
  private final Map<Integer, Integer> counts = new HashMap<>(); // of each class that has a row
  private int seen;

  /**
   * An empty sheet.
   *
   * @param perClass how many of a class are to come at most
   * @param classes of how many classes
   */
  Sheet(int perClass, int classes) {
    this.perClass = perClass;
    this.classes = classes;
  }

  /** Keeps those for which there is room. */
  void add(Images some) {
    int columns = columns(some);
    seen += some.size();
    int[] chosen =
        IntStream.range(0, some.size()).filter(i -> keeps(some, some.label(i), columns)).toArray();
    if (chosen.length > 0) {
      kept.add(some.subset(chosen));
    }
  }

  private boolean keeps(Images some, int label, int columns) {
    boolean full = !counts.isEmpty() && (counts.size() + 1) * cell(some) > PIXELS;
    if (full && !counts.containsKey(label)) {
      return false;
    }
    return counts.merge(label, 1, Integer::sum) <= columns;
  }

  private int columns(Images some) {
    return (int) Math.max(1, Math.min(perClass, PIXELS / (cell(some) * classes)));
  }

  private static long cell(Images some) {
    int zoom = zoom(some);
    return (some.width() * zoom + GAP) * (long) (some.height() * zoom + GAP);
  }

  private static int zoom(Images some) {
    return Math.max(some.width(), some.height()) > ENLARGED ? 1 : 2;
  }

  /** How many samples are not in the picture. */
  int leftOut() {
    return seen - kept.stream().mapToInt(Images::size).sum();
  }

  /** The picture of those that are kept; there must be one. */
  BufferedImage picture() {
    Images all = Images.concat(kept);
    return ImageGrid.byClass(all, columns(all), zoom(all));
  }
}
