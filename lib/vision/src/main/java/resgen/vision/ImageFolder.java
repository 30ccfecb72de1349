package resgen.vision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.noise.Noise;

/**
 * Pictures in ImageNet's layout, one folder per class: {@code directory/<class>/*.jpg}. Classes
 * come in the order of their names. Pictures come mixed, in an order that depends on names and
 * numbers of files alone and is the same everywhere: whoever takes the first of them, or holds back
 * the last, has all classes. All become RGB of one size and are held in memory.
 *
 * <pre>{@code
 * Images val = ImageFolder.at(imagenet, "val").withSize(128).skippingBroken().load().images();
 * }</pre>
 *
 * @param directory the folder that holds the class folders
 * @param size height and width wanted, 32..256
 * @param fit how a picture comes to that size
 * @param broken what happens when a file cannot be decoded
 * @param perClass at most so many files of each class, the first by name
 */
public record ImageFolder(Path directory, int size, Fit fit, Broken broken, int perClass) {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".bmp", ".gif");

  /** How a picture comes to the wanted size. */
  public enum Fit {
    /** The shorter side is scaled to the size and the middle cut out. */
    CENTRE_CROP,
    /** Both sides are scaled to the size; proportions may change. */
    STRETCH
  }

  /** What happens when a file cannot be decoded. */
  public enum Broken {
    /** Loading fails with the first such file by name. */
    ERROR,
    /** The file is left out, reported and counted. */
    SKIP
  }

  /**
   * What was loaded.
   *
   * @param images the pictures, mixed
   * @param skipped the files left out, with the reason for each
   */
  public record Loaded(Images images, List<BrokenFileException> skipped) {
    /** Copies the list. */
    public Loaded {
      skipped = List.copyOf(skipped);
    }
  }

  private record Entry(Path file, int label) {}

  private record Decoded(byte[] pixels, int label, BrokenFileException broken) {}

  /** Checks the settings; the files are looked at by {@link #load}. */
  public ImageFolder {
    if (size < 32 || size > 256) {
      throw new IllegalArgumentException("size must be 32..256, not " + size);
    }
    if (perClass < 1) {
      throw new IllegalArgumentException("perClass must be at least 1, not " + perClass);
    }
  }

  /** A folder of class folders; 256×256 centre crops, an error on a broken file. */
  public static ImageFolder at(Path directory) {
    return new ImageFolder(directory, 256, Fit.CENTRE_CROP, Broken.ERROR, Integer.MAX_VALUE);
  }

  /** A split of a data set: {@code root/<split>/<class>/*.jpg}. */
  public static ImageFolder at(Path root, String split) {
    return at(root.resolve(split));
  }

  /** The same with another size, 32..256. */
  public ImageFolder withSize(int newSize) {
    return new ImageFolder(directory, newSize, fit, broken, perClass);
  }

  /** The same, scaled without keeping proportions. */
  public ImageFolder stretched() {
    return new ImageFolder(directory, size, Fit.STRETCH, broken, perClass);
  }

  /** The same, leaving out files that cannot be decoded. */
  public ImageFolder skippingBroken() {
    return new ImageFolder(directory, size, fit, Broken.SKIP, perClass);
  }

  /** The same with at most so many files of each class. */
  public ImageFolder withPerClass(int limit) {
    return new ImageFolder(directory, size, fit, broken, limit);
  }

  /**
   * Reads all pictures, several at a time.
   *
   * @throws BrokenFileException naming the first broken file, unless those are skipped; or the
   *     directory, if it is missing or holds no class folders, or a class folder without pictures
   * @throws IllegalArgumentException if the pictures would not fit into memory
   */
  public Loaded load() {
    List<String> classes = new ArrayList<>();
    List<Entry> entries = entries(classes);
    checkMemory(entries.size());
    List<Decoded> decoded =
        IntStream.range(0, entries.size())
            .parallel()
            .mapToObj(i -> decode(entries.get(i)))
            .toList();
    List<BrokenFileException> skipped =
        decoded.stream().map(Decoded::broken).filter(e -> e != null).toList();
    if (!skipped.isEmpty()) {
      if (broken == Broken.ERROR) {
        throw skipped.get(0);
      }
      LOG.warn("{}: {} of {} files left out", directory, skipped.size(), entries.size());
      skipped.forEach(e -> LOG.warn("left out: {}", e.getMessage()));
    }
    List<Decoded> good = mixed(decoded.stream().filter(d -> d.broken() == null).toList());
    byte[][] pixels = good.stream().map(Decoded::pixels).toArray(byte[][]::new);
    int[] labels = good.stream().mapToInt(Decoded::label).toArray();
    return new Loaded(Images.of(name(), 3, size, size, pixels, labels, classes), skipped);
  }

  private static List<Decoded> mixed(List<Decoded> pictures) {
    int[] order = Noise.of(0).fork("image folder").stream(0).permutation(pictures.size());
    return Arrays.stream(order).mapToObj(pictures::get).toList();
  }

  private Decoded decode(Entry entry) {
    try {
      return new Decoded(ImageDecoder.read(entry.file(), size, fit), entry.label(), null);
    } catch (BrokenFileException e) {
      return new Decoded(null, entry.label(), e);
    }
  }

  private List<Entry> entries(List<String> classes) {
    if (!Files.isDirectory(directory)) {
      throw new BrokenFileException(directory, "no such directory; expected one folder per class");
    }
    List<Entry> entries = new ArrayList<>();
    for (Path folder : sorted(directory)) {
      if (Files.isDirectory(folder)) {
        List<Path> files = sorted(folder).stream().filter(ImageFolder::isPicture).toList();
        if (files.isEmpty()) {
          throw new BrokenFileException(
              folder, "no pictures in this class; expected files ending in " + ENDINGS);
        }
        files.stream().limit(perClass).forEach(f -> entries.add(new Entry(f, classes.size())));
        classes.add(folder.getFileName().toString());
      }
    }
    if (classes.isEmpty()) {
      throw new BrokenFileException(directory, "no class folders; expected one folder per class");
    }
    return entries;
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file) && ENDINGS.stream().anyMatch(name::endsWith);
  }

  private static List<Path> sorted(Path folder) {
    try (Stream<Path> found = Files.list(folder)) {
      Path[] paths =
          found.filter(p -> !p.getFileName().toString().startsWith(".")).toArray(Path[]::new);
      Arrays.sort(paths, Comparator.comparing(p -> p.getFileName().toString()));
      return List.of(paths);
    } catch (IOException | UncheckedIOException e) {
      throw new BrokenFileException(folder, "cannot be listed: " + e.getMessage(), e);
    }
  }

  private void checkMemory(int files) {
    long needed = 3L * size * size * files;
    long allowed = Runtime.getRuntime().maxMemory() * 8 / 10;
    if (needed > allowed) {
      throw new IllegalArgumentException(
          String.format(
              "%s: %,d pictures of %d×%d take %,d MiB, at most %,d MiB of the heap may be used;"
                  + " take fewer per class, a smaller size, or a larger -Xmx",
              directory, files, size, size, needed >> 20, allowed >> 20));
    }
  }

  private String name() {
    Path folder = directory.toAbsolutePath().normalize();
    Path parent = folder.getParent();
    String last = String.valueOf(folder.getFileName());
    return parent == null || parent.getFileName() == null
        ? last
        : parent.getFileName() + "/" + last;
  }
}
