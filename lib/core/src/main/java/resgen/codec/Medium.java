package resgen.codec;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import resgen.torch.WeightFile;

/**
 * A kind of media, found as a service by {@link ServiceLoader}: its codecs, data sets and
 * extractors by name. A module that brings one lists it in {@code
 * META-INF/services/resgen.codec.Medium}.
 *
 * @param <X> the media
 */
public interface Medium<X extends Media<X>> {

  /** The word for it, as {@code image}. */
  String name();

  /** The type of its sets. */
  Class<X> type();

  /**
   * The codec in a weight file.
   *
   * @param format what the file's metadata call its format
   * @return empty if files of this format are not of this medium
   * @throws IllegalArgumentException if the file is damaged
   */
  Optional<Codec<X>> codec(Path file, String format);

  /** Names of the data sets that it brings. */
  List<String> dataSets();

  /**
   * A data set.
   *
   * @param name one of {@link #dataSets()}, or the path of a folder
   * @return empty if it is neither
   */
  Optional<DataSet<X>> dataSet(String name);

  /**
   * The extractor that usually compares such media.
   *
   * @param media that are to be compared
   * @return empty if none is known for them
   */
  Optional<Extractor<X>> extractor(X media);

  /**
   * An extractor in files.
   *
   * @param kind the word for it, as {@code inception}
   * @param path its file or folder
   * @return empty if this medium has none of the kind
   * @throws IllegalArgumentException if the files are not of one
   */
  default Optional<Extractor<X>> extractor(String kind, Path path) {
    return Optional.empty();
  }

  /**
   * Where the extractor of {@link #extractor(Media)} is, in words as {@link #extractor(String,
   * Path)} takes them, with a colon between; made there if need be.
   *
   * @return empty if none is known for them, or it is in no file
   */
  default Optional<String> extractorFile(X media) {
    return Optional.empty();
  }

  /**
   * A codec to train.
   *
   * @param preset name of its settings
   * @param changes of single settings by path, as {@link resgen.settings.Overrides} takes them
   * @return empty if this medium's codecs are not trained
   * @throws IllegalArgumentException naming a preset or a setting that there is not
   */
  default Optional<CodecRecipe<X>> recipe(String preset, Map<String, String> changes) {
    return Optional.empty();
  }

  /** All media on the class path. */
  static List<Medium<?>> all() {
    return ServiceLoader.load(Medium.class).stream()
        .<Medium<?>>map(ServiceLoader.Provider::get)
        .toList();
  }

  /** The medium of a set. */
  static <X extends Media<X>> Medium<X> of(X media) {
    return known(media)
        .orElseThrow(
            () -> new IllegalArgumentException("no medium of " + media.getClass().getName()));
  }

  @SuppressWarnings("unchecked") // a medium is of the type that it names
  private static <X extends Media<X>> Optional<Medium<X>> known(X media) {
    return all().stream()
        .filter(medium -> medium.type().isInstance(media))
        .map(medium -> (Medium<X>) medium)
        .findFirst();
  }

  /** The test part of the data set that media are the training part of, by their name. */
  static <X extends Media<X>> Optional<X> heldOut(X training) {
    return known(training)
        .flatMap(
            medium ->
                medium.dataSets().stream()
                    .filter(name -> training.name().equals(name + "/train"))
                    .findFirst()
                    .flatMap(medium::dataSet))
        .map(DataSet::test);
  }

  /**
   * The codec in a weight file, whatever its medium.
   *
   * @param name of a file, or of one in {@code data/checkpoints} without {@code .safetensors}
   * @throws IllegalArgumentException if there is no such file, or no medium on the class path reads
   *     it
   */
  static Codec<?> open(String name) {
    Path file = WeightFile.named("tokenizer", name);
    String format = WeightFile.metadata(file).getOrDefault(WeightFile.FORMAT, "");
    return open(file, format)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: no medium reads the format '%s'".formatted(file, format)));
  }

  /**
   * The codec in a weight file, whatever its medium.
   *
   * @return empty if no medium on the class path reads this format
   */
  static Optional<Codec<?>> open(Path file, String format) {
    return all().stream()
        .flatMap(medium -> Stream.<Codec<?>>ofNullable(medium.codec(file, format).orElse(null)))
        .findFirst();
  }

  /**
   * The codec that a model names, wherever it is in some folders. Only a file that says it is of
   * this fingerprint is opened, by {@value WeightFile#FINGERPRINT} in its metadata; files from
   * before they said it have to be opened to know. One that cannot be read is no reason against
   * another.
   *
   * @param fingerprint as {@link Codec#fingerprint()} gives it
   * @param folders looked through in this order; other files there may be anything, broken too
   * @throws IllegalArgumentException if it is in none of them, naming those that could not be read
   */
  static Codec<?> find(String fingerprint, Collection<Path> folders) {
    List<String> broken = new ArrayList<>();
    for (Path folder : folders) {
      for (Path file : WeightFile.list(folder)) {
        try {
          Map<String, String> metadata = WeightFile.metadata(file);
          if (metadata.getOrDefault(WeightFile.FINGERPRINT, fingerprint).equals(fingerprint)) {
            Optional<Codec<?>> codec = open(file, metadata.getOrDefault(WeightFile.FORMAT, ""));
            if (codec.isPresent()) {
              if (codec.get().fingerprint().equals(fingerprint)) {
                return codec.get();
              }
              codec.get().close();
            }
          }
        } catch (IllegalArgumentException | UncheckedIOException e) {
          broken.add(e.getMessage());
        }
      }
    }
    throw new IllegalArgumentException(
        "its tokenizer, of fingerprint %s, is in none of %s%s"
            .formatted(
                fingerprint,
                folders,
                broken.isEmpty() ? "" : "; not readable: " + String.join("; ", broken)));
  }
}
