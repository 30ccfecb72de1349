package resgen.vision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A folder of one's own pictures as training and held-out images. Size and channels are those that
 * fit the training pictures ({@link ImageFolder#withFittingSize}, one channel if all are grey), or
 * what is asked for.
 *
 * <p>The folder has {@code train/} and {@code val/}, each with a folder per class; without {@code
 * val/}, or with the class folders in it directly, the last tenth of the training images is held
 * out. Held-out images have the labels of the training images' classes.
 */
public final class OwnImages {

  private static final int HELD_OUT = 10;

  private final Path directory;
  private final OptionalInt size;
  private final OptionalInt channels;
  private final List<String> classes;
  private final UnaryOperator<ImageFolder> options;
  private final Consumer<String> said;
  private Images all;

  private OwnImages(
      Path directory,
      OptionalInt size,
      OptionalInt channels,
      List<String> classes,
      UnaryOperator<ImageFolder> options,
      Consumer<String> said) {
    this.directory = directory;
    this.size = size;
    this.channels = channels;
    this.classes = classes;
    this.options = options;
    this.said = said;
  }

  /** The pictures of a folder, in the size and channels that fit them. */
  public static OwnImages at(Path directory) {
    return new OwnImages(
        directory,
        OptionalInt.empty(),
        OptionalInt.empty(),
        List.of(),
        UnaryOperator.identity(),
        line -> {});
  }

  /** The same with another size, 8..256. */
  public OwnImages size(int pixels) {
    return new OwnImages(directory, OptionalInt.of(pixels), channels, classes, options, said);
  }

  /** The same with 1 or 3 channels; pictures with colour cannot be loaded with one. */
  public OwnImages channels(int count) {
    return new OwnImages(directory, size, OptionalInt.of(count), classes, options, said);
  }

  /** The same with the labels of these classes; see {@link ImageFolder#withClasses}. */
  public OwnImages classes(List<String> names) {
    return new OwnImages(directory, size, channels, List.copyOf(names), options, said);
  }

  /** The same with other settings of the folders that are read. */
  public OwnImages options(UnaryOperator<ImageFolder> change) {
    return new OwnImages(directory, size, channels, classes, change, said);
  }

  /** The same, telling in a line what was loaded and what was left out. */
  public OwnImages said(Consumer<String> listener) {
    return new OwnImages(directory, size, channels, classes, options, listener);
  }

  /**
   * The images to learn from.
   *
   * @throws BrokenFileException as {@link ImageFolder#load}
   * @throws IllegalArgumentException if the size is out of range, the pictures do not fit into
   *     memory, or have colour where one channel is wanted
   */
  public Images train() {
    boolean whole = heldOutApart() || all().size() < 2;
    return whole ? all() : all().range(0, all().size() - heldOut());
  }

  /**
   * The images held out.
   *
   * @throws BrokenFileException as {@link ImageFolder#load}
   * @throws IllegalArgumentException as {@link #train}
   */
  public Images test() {
    if (!heldOutApart()) {
      return all().range(all().size() - heldOut(), all().size()).named(all().name() + "/held-out");
    }
    ImageFolder val = options.apply(ImageFolder.at(directory, "val"));
    return load(
        val.withClasses(all().classNames()).withSize(all().height()),
        OptionalInt.of(all().channels()));
  }

  private boolean heldOutApart() {
    return Files.isDirectory(directory.resolve("train"))
        && Files.isDirectory(directory.resolve("val"));
  }

  private int heldOut() {
    if (all().size() < 2) {
      throw new BrokenFileException(directory, "one picture; training and held-out need two");
    }
    return Math.max(1, all().size() / HELD_OUT);
  }

  private Images all() {
    if (all == null) {
      Path train = directory.resolve("train");
      ImageFolder folder =
          options
              .apply(ImageFolder.at(Files.isDirectory(train) ? train : directory))
              .withClasses(classes);
      all =
          load(
              size.isPresent() ? folder.withSize(size.getAsInt()) : folder.withFittingSize(),
              channels);
      if (!heldOutApart()) {
        said.accept("no " + directory.resolve("val") + "; the last tenth is held out");
      }
    }
    return all;
  }

  private Images load(ImageFolder folder, OptionalInt wanted) {
    ImageFolder.Loaded loaded = folder.load();
    Images rgb = loaded.images();
    Images images = rgb.withChannels(wanted.orElseGet(() -> rgb.isGrey() ? 1 : 3));
    said.accept(new ImageFolder.Loaded(images, loaded.skipped(), loaded.ignored()).summary());
    return images;
  }

  @Override
  public String toString() {
    return "images of " + directory + (all == null ? ", not read yet" : ": " + all);
  }
}
