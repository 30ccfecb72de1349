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
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
 * <p>Nothing is left out in silence: what is no picture, and what cannot be read and is skipped, is
 * in {@link Loaded}; a class none of whose pictures can be read is an error.
 *
 * @param directory the folder that holds the class folders
 * @param size height and width, 8..256; the shorter side of a picture is scaled to it and the
 *     middle cut out
 * @param broken what happens when a file cannot be decoded
 * @param classes the names of the classes, by label; empty for those that have a folder
 */
public record ImageFolder(Path directory, int size, Broken broken, List<String> classes) {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
  private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png", ".bmp", ".gif");
  private static final int SMALLEST = 8;
  private static final int SMALLEST_FITTED = 32; // of a size that is not asked for
  private static final int LARGEST = 256;
  private static final int MEASURED = 1000;
  private static final int NAMED = 20;

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
   * @param skipped the files left out as broken, with the reason for each
   * @param ignored what is no picture by its name, or lies where no picture is looked for
   */
  public record Loaded(Images images, List<BrokenFileException> skipped, List<Path> ignored) {
    /** Copies the lists. */
    public Loaded {
      skipped = List.copyOf(skipped);
      ignored = List.copyOf(ignored);
    }

    /** What was loaded and what was left out, in a line. */
    public String summary() {
      StringBuilder line = new StringBuilder(images.toString());
      if (!skipped.isEmpty()) {
        List<Path> files = skipped.stream().map(BrokenFileException::file).toList();
        line.append("; left out as broken: ").append(named(files));
      }
      Map<Boolean, List<Path>> others =
          ignored.stream().collect(Collectors.partitioningBy(ImageFolder::isHidden));
      if (!others.get(true).isEmpty()) {
        line.append("; hidden, by their names: ").append(named(others.get(true)));
      }
      if (!others.get(false).isEmpty()) {
        line.append("; no pictures: ").append(named(others.get(false)));
      }
      return line.toString();
    }

    private static String named(List<Path> files) {
      String first =
          files.stream()
              .limit(3)
              .map(file -> String.valueOf(file.getFileName()))
              .collect(Collectors.joining(", "));
      return "%,d (%s%s)".formatted(files.size(), first, files.size() > 3 ? ", …" : "");
    }
  }

  /**
   * A picture by its file.
   *
   * @param label of its class
   */
  public record Entry(Path file, int label) {}

  private record Decoded(byte[] pixels, int label, BrokenFileException broken) {}

  /** What lies in the folder: the classes, their pictures, and all else. */
  private record Found(
      List<String> classes,
      List<Entry> pictures,
      List<BrokenFileException> dangling,
      List<Path> ignored) {}

  /** Checks the settings; the files are looked at by {@link #load}. */
  public ImageFolder {
    classes = List.copyOf(classes);
    if (size < SMALLEST || size > LARGEST) {
      throw new IllegalArgumentException(
          "size must be %d..%d, not %d".formatted(SMALLEST, LARGEST, size));
    }
  }

  /** A folder of class folders; 256×256 centre crops, an error on a broken file. */
  public static ImageFolder at(Path directory) {
    return new ImageFolder(directory, LARGEST, Broken.ERROR, List.of());
  }

  /** A split of a data set: {@code root/<split>/<class>/*.jpg}. */
  public static ImageFolder at(Path root, String split) {
    return at(root.resolve(split));
  }

  /** The same with another size, 8..256. */
  public ImageFolder withSize(int newSize) {
    return new ImageFolder(directory, newSize, broken, classes);
  }

  /**
   * The same with the size that fits the pictures: their own if all are squares of one size of
   * 32..256, else the largest of 32, 64, 128 and 256 that half of them reach with their shorter
   * side, 32 at least. Up to a thousand of them are looked at.
   *
   * @throws BrokenFileException as {@link #load}
   */
  public ImageFolder withFittingSize() {
    List<Entry> pictures = found().pictures();
    int step = Math.max(1, pictures.size() / MEASURED);
    List<ImageDecoder.Extent> extents =
        IntStream.range(0, (pictures.size() + step - 1) / step)
            .parallel()
            .mapToObj(i -> extent(pictures.get(i * step).file()))
            .flatMap(Optional::stream)
            .sorted(Comparator.comparing(ImageDecoder.Extent::shorter))
            .toList();
    if (extents.isEmpty()) {
      return withSize(SMALLEST_FITTED); // loading says what is wrong with them
    }
    int median = extents.get(extents.size() / 2).shorter();
    boolean alike = extents.stream().allMatch(e -> e.width() == median && e.height() == median);
    if (alike && median >= SMALLEST_FITTED && median <= LARGEST) {
      return withSize(median);
    }
    return withSize(Math.max(SMALLEST_FITTED, Math.min(LARGEST, Integer.highestOneBit(median))));
  }

  private static Optional<ImageDecoder.Extent> extent(Path file) {
    try {
      return Optional.of(ImageDecoder.extent(file));
    } catch (BrokenFileException e) {
      return Optional.empty();
    }
  }

  /** The same, leaving out files that cannot be decoded. */
  public ImageFolder skippingBroken() {
    return new ImageFolder(directory, size, Broken.SKIP, classes);
  }

  /**
   * The same with the labels of these classes, as of the training images whose held-out images
   * these are; a folder of another name is an error, a class without a folder is not.
   */
  public ImageFolder withClasses(List<String> names) {
    return new ImageFolder(directory, size, broken, names);
  }

  /**
   * The names of the class folders, in their order; no picture is read.
   *
   * @throws BrokenFileException as {@link #load}
   */
  public List<String> classFolders() {
    return found().classes();
  }

  /**
   * The pictures' files, by class and then by name; none is read.
   *
   * @throws BrokenFileException as {@link #load}, of what the listing shows
   */
  public List<Entry> pictures() {
    Found found = found();
    if (!found.dangling().isEmpty() && broken == Broken.ERROR) {
      throw found.dangling().get(0);
    }
    return List.copyOf(found.pictures());
  }

  /**
   * The pixels of one picture.
   *
   * @param size height and width wanted
   * @return 3·size·size bytes, CHW
   * @throws BrokenFileException if it is no complete picture
   */
  public static byte[] pixels(Path file, int size) {
    return ImageDecoder.read(file, size);
  }

  /**
   * The order in which so many of {@link #pictures} come from {@link #load}, if all can be read.
   */
  public static int[] order(int count) {
    return Noise.of(0).fork("image folder").stream(0).permutation(count);
  }

  /**
   * Reads all pictures, several at a time.
   *
   * @throws BrokenFileException naming the first broken file, unless those are skipped; or the
   *     directory, if it is missing or holds no class folders; or a class folder without pictures
   *     that can be read, or of a class that is not among the {@link #classes}
   * @throws IllegalArgumentException if the pictures would not fit into memory
   */
  public Loaded load() {
    Found found = found();
    List<Entry> entries = found.pictures();
    checkMemory(entries.size());
    List<Decoded> decoded =
        IntStream.range(0, entries.size())
            .parallel()
            .mapToObj(i -> decode(entries.get(i)))
            .toList();
    List<BrokenFileException> skipped =
        Stream.concat(
                found.dangling().stream(),
                decoded.stream().map(Decoded::broken).filter(e -> e != null))
            .toList();
    if (!skipped.isEmpty()) {
      report(skipped, entries.size());
    }
    List<Decoded> good = mixed(decoded.stream().filter(d -> d.broken() == null).toList());
    byte[][] pixels = good.stream().map(Decoded::pixels).toArray(byte[][]::new);
    int[] labels = good.stream().mapToInt(Decoded::label).toArray();
    checkClasses(found, labels);
    return new Loaded(
        Images.of(name(), 3, size, size, pixels, labels, found.classes()),
        skipped,
        found.ignored());
  }

  private void report(List<BrokenFileException> skipped, int of) {
    BrokenFileException first = skipped.get(0);
    if (broken == Broken.ERROR) {
      throw skipped.size() == 1
          ? first
          : new BrokenFileException(
              first.file(),
              "%s (and %,d more of %,d files cannot be read)"
                  .formatted(first.reason(), skipped.size() - 1, of),
              first);
    }
    LOG.warn("{}: {} of {} files left out", directory, skipped.size(), of);
    skipped.stream().limit(NAMED).forEach(e -> LOG.warn("left out: {}", e.getMessage()));
    if (skipped.size() > NAMED) {
      LOG.warn("left out: {} more", skipped.size() - NAMED);
    }
  }

  /** No class that has files may come out empty. */
  private void checkClasses(Found found, int[] labels) {
    boolean[] filled = new boolean[found.classes().size()];
    Arrays.stream(labels).forEach(label -> filled[label] = true);
    for (Entry entry : found.pictures()) {
      if (!filled[entry.label()]) {
        throw new BrokenFileException(
            entry.file().getParent(), "none of the pictures of this class can be read");
      }
    }
  }

  private static List<Decoded> mixed(List<Decoded> pictures) {
    return Arrays.stream(order(pictures.size())).mapToObj(pictures::get).toList();
  }

  private Decoded decode(Entry entry) {
    try {
      return new Decoded(ImageDecoder.read(entry.file(), size), entry.label(), null);
    } catch (BrokenFileException e) {
      return new Decoded(null, entry.label(), e);
    }
  }

  private Found found() {
    if (!Files.isDirectory(directory)) {
      throw new BrokenFileException(directory, "no such directory; expected one folder per class");
    }
    Found found =
        new Found(
            new ArrayList<>(classes), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    boolean any = false;
    for (Path folder : sorted(directory)) {
      if (isHidden(folder)) {
        found.ignored().add(folder);
      } else if (Files.isDirectory(folder)) {
        any = true;
        addClass(folder, found);
      } else if (Files.exists(folder)) {
        found.ignored().add(folder);
      } else {
        found
            .dangling()
            .add(new BrokenFileException(folder, "a link to what is not there, perhaps a class"));
      }
    }
    if (!any) {
      throw new BrokenFileException(directory, "no class folders; expected one folder per class");
    }
    return found;
  }

  private void addClass(Path folder, Found found) {
    String name = folder.getFileName().toString();
    int label = classes.isEmpty() ? found.classes().size() : classes.indexOf(name);
    if (label < 0) {
      throw new BrokenFileException(
          folder, "a class of its own; the classes are " + String.join(", ", classes));
    }
    int before = found.pictures().size();
    for (Path file : sorted(folder)) {
      if (isHidden(file) || !isPicture(file)) {
        found.ignored().add(file);
      } else {
        found.pictures().add(new Entry(file, label));
      }
    }
    if (found.pictures().size() == before) {
      throw new BrokenFileException(
          folder, "no pictures in this class; expected files ending in " + ENDINGS);
    }
    if (classes.isEmpty()) {
      found.classes().add(name);
    }
  }

  private static boolean isHidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  /** By its name; whether it can be read is seen when it is. */
  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !Files.isDirectory(file) && ENDINGS.stream().anyMatch(name::endsWith);
  }

  private static List<Path> sorted(Path folder) {
    try (Stream<Path> found = Files.list(folder)) {
      Path[] paths = found.toArray(Path[]::new);
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
