package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import resgen.settings.DataHome;

/**
 * A file of weights: models, tokenizers, extractors and the checkpoints of training. It is a {@link
 * SafeTensors} file with a checksum of each tensor; its metadata says what it is of ({@code
 * format}), and holds what its kind needs: settings, origin, step.
 *
 * <p>Groups of tensors have a prefix each, such as {@code model.}; a {@link WeightFormat} is chosen
 * for each tensor and seen from its type.
 *
 * <p>A file is untrusted input. {@link #read} hands it to a reader, and whatever that refuses by an
 * {@link IllegalArgumentException} names the file. A reader first {@link #check checks} the shapes
 * that the settings ask for, which a plan knows without memory, and only then builds.
 */
public final class WeightFile {

  /** The key of what a file is of, as {@link Kind#format()} gives it. */
  public static final String FORMAT = "format";

  /** The key of a codec's fingerprint, by which models find it. */
  public static final String FINGERPRINT = "fingerprint";

  /** The ending of the files' names. */
  public static final String SUFFIX = ".safetensors";

  private static final String STORAGE = "storage";

  /**
   * What a file is of.
   *
   * @param name in the file's metadata: {@code resgen-NAME-VERSION}
   * @param version of what is in the file, from 1
   * @param title for errors, with its article
   */
  public record Kind(String name, int version, String title) {

    /** The value of {@code format} in the metadata. */
    public String format() {
      return "resgen-" + name + "-" + version;
    }

    private void check(Path path, String found) {
      if (format().equals(found)) {
        return;
      }
      boolean later = found != null && found.matches("resgen-" + name + "-\\d+");
      throw new IllegalArgumentException(
          later
              ? "%s has the format %s; this program reads %s".formatted(path, found, format())
              : "%s is not %s: it has the format %s, not %s"
                  .formatted(path, title, found, format()));
    }
  }

  private final SafeTensors.File file;

  private WeightFile(SafeTensors.File file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param kind that it must be of
   * @param reader makes of it what is wanted
   * @throws IllegalArgumentException naming the file and what is wrong with it: its structure, a
   *     checksum, its kind, or what the reader refuses
   * @throws UncheckedIOException if it cannot be read at all
   */
  public static <T> T read(Path path, Kind kind, Function<WeightFile, T> reader) {
    SafeTensors.File file = SafeTensors.read(path);
    kind.check(path, file.metadata().get(FORMAT));
    try {
      return reader.apply(new WeightFile(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * The metadata of a file, of whatever kind; its tensors are not looked at.
   *
   * @throws IllegalArgumentException if the header is not well-formed, naming the file
   * @throws UncheckedIOException if it cannot be read at all
   */
  public static Map<String, String> metadata(Path path) {
    return SafeTensors.metadata(path);
  }

  /**
   * The weight file of a name.
   *
   * @param what it is of, for the error
   * @param name a path that ends in {@code .safetensors}, or the name of a file in {@code
   *     data/checkpoints} without that ending
   * @throws IllegalArgumentException if there is no such file, naming those there are
   */
  public static Path named(String what, String name) {
    Path path =
        name.endsWith(SUFFIX) ? Path.of(name) : DataHome.path("checkpoints").resolve(name + SUFFIX);
    if (!Files.isRegularFile(path)) {
      List<Path> there =
          list(path.toAbsolutePath().getParent()).stream().map(Path::getFileName).toList();
      throw new IllegalArgumentException(
          "no %s '%s': there is no file %s; files there: %s".formatted(what, name, path, there));
    }
    return path;
  }

  /**
   * The files of a folder that may be weight files by their names, sorted; none if there is no such
   * folder.
   *
   * @throws UncheckedIOException if it cannot be listed
   */
  public static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * How many numbers each tensor of a file has, by name, whatever it is of; scales that belong to a
   * tensor are not counted.
   *
   * @throws IllegalArgumentException as {@link #read} does
   */
  public static Map<String, Long> sizes(Path path) {
    SafeTensors.File file = SafeTensors.read(path);
    Map<String, Long> sizes = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, entry) -> {
              if (!EightBit.isScale(name, file.tensors())) {
                sizes.put(name, (long) entry.size());
              }
            });
    return sizes;
  }

  /**
   * An entry of the metadata.
   *
   * @param reader makes of the text what is wanted; what it refuses is told with the key
   * @throws IllegalArgumentException if there is none
   */
  public <T> T metadata(String key, Function<String, T> reader) {
    String value = file.metadata().get(key);
    if (value == null) {
      throw new IllegalArgumentException("its metadata has no '" + key + "'");
    }
    try {
      return reader.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("its '%s' is %s, no number".formatted(key, value), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its '" + key + "': " + e.getMessage(), e);
    }
  }

  /** An entry of the metadata that files may be without. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(file.metadata().get(key));
  }

  /**
   * A bound on how many arrays the settings of this file may ask for: twice as many as it has
   * tensors, so that a few which are missing can still be named and a billion are not counted.
   */
  public int bound() {
    return 2 * file.tensors().size() + 2;
  }

  /**
   * Checks the tensors of a group against the parameters that the settings ask for.
   *
   * @param prefix of the group
   * @param shapes by name, without the prefix
   * @throws IllegalArgumentException naming the first that is missing, unknown, of another shape,
   *     not stored as weights are, or not finite
   */
  public void check(String prefix, Map<String, Shape> shapes) {
    Map<String, SafeTensors.Entry> tensors = file.tensors();
    shapes.forEach((name, shape) -> fits(name, tensors.get(prefix + name), shape));
    tensors
        .keySet()
        .forEach(
            name -> {
              boolean known =
                  !name.startsWith(prefix)
                      || shapes.containsKey(name.substring(prefix.length()))
                      || EightBit.isScale(name, tensors);
              if (!known) {
                throw new IllegalArgumentException(
                    "parameter %s is not part of what its settings ask for"
                        .formatted(name.substring(prefix.length())));
              }
            });
    shapes.keySet().forEach(name -> WeightFormat.check(prefix + name, tensors));
    checkStorage(prefix, shapes);
  }

  private static void fits(String name, SafeTensors.Entry entry, Shape shape) {
    if (entry == null) {
      throw new IllegalArgumentException("parameter " + name + " is missing");
    }
    if (!WeightFormat.fits(entry, shape)) {
      throw new IllegalArgumentException(
          "parameter %s is %s; its settings need %s".formatted(name, entry, shape));
    }
  }

  /** Some files say how their matrices are stored; then they must be. */
  private void checkStorage(String prefix, Map<String, Shape> shapes) {
    String said = file.metadata().get(STORAGE);
    if (said == null) {
      return;
    }
    WeightFormat storage = WeightFormat.ofKey(said);
    shapes.forEach(
        (name, shape) -> {
          String tensor = prefix + name;
          if (shape.dimension() > 1 && WeightFormat.of(tensor, file.tensor(tensor)) != storage) {
            throw new IllegalArgumentException(
                "tensor %s is %s, but its storage is %s"
                    .formatted(tensor, file.tensor(tensor), said));
          }
        });
  }

  /**
   * The arrays of a group that {@link #check} has let pass, as new float32 arrays, by name without
   * the prefix.
   */
  public Map<String, NDArray> arrays(NDManager manager, String prefix) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    file.tensors()
        .keySet()
        .forEach(
            name -> {
              if (name.startsWith(prefix) && !EightBit.isScale(name, file.tensors())) {
                arrays.put(
                    name.substring(prefix.length()),
                    WeightFormat.get(manager, name, file.tensors()));
              }
            });
    return arrays;
  }

  /**
   * Copies a group into arrays that are there. Nothing is copied unless all of it fits.
   *
   * @param arrays by name, without the prefix: float32, int32 or int64
   * @throws IllegalArgumentException naming the first that is missing, unknown, or of another shape
   *     or type
   */
  public void copy(String prefix, Map<String, NDArray> arrays) {
    arrays.forEach((name, array) -> fits(prefix, name, array));
    file.tensors()
        .keySet()
        .forEach(
            name -> {
              if (name.startsWith(prefix) && !arrays.containsKey(name.substring(prefix.length()))) {
                throw new IllegalArgumentException("tensor " + name + " is not part of this run");
              }
            });
    try (NDManager manager = Torch.manager()) {
      arrays.forEach(
          (name, array) ->
              Torch.copy(WeightFormat.get(manager, prefix + name, file.tensors()), array));
    }
  }

  private void fits(String prefix, String name, NDArray array) {
    SafeTensors.Entry entry = file.tensors().get(prefix + name);
    boolean fits =
        entry != null
            && WeightFormat.fits(entry, array.getShape())
            && switch (entry.dtype()) {
              case F32, F16 -> array.getDataType() == DataType.FLOAT32;
              case I64 -> array.getDataType() == DataType.INT64;
              case I32 -> array.getDataType() == DataType.INT32;
              default -> false;
            };
    if (!fits) {
      throw new IllegalArgumentException(
          "tensor %s is %s; %s %s is needed"
              .formatted(
                  prefix + name,
                  entry == null ? "missing" : entry,
                  array.getDataType(),
                  array.getShape()));
    }
  }

  /**
   * The numbers of one float32 tensor, all finite.
   *
   * @throws IllegalArgumentException naming the tensor, if it is missing, of another type or shape,
   *     or a number is not finite
   */
  public float[] floats(String name, long... shape) {
    SafeTensors.Entry entry = file.tensors().get(name);
    if (entry == null
        || entry.dtype() != SafeTensors.DType.F32
        || !WeightFormat.fits(entry, new Shape(shape))) {
      throw new IllegalArgumentException(
          "tensor %s is %s; F32%s is needed"
              .formatted(name, entry == null ? "missing" : entry, Arrays.toString(shape)));
    }
    WeightFormat.check(name, file.tensors());
    return entry.floats();
  }

  /**
   * The numbers of one tensor in whatever format of weights, all finite.
   *
   * @throws IllegalArgumentException naming the tensor, if it is missing, of another type or shape,
   *     or a number is not finite
   */
  public float[] weights(String name, long... shape) {
    SafeTensors.Entry entry = file.tensors().get(name);
    fits(name, entry, new Shape(shape));
    WeightFormat.check(name, file.tensors());
    try (NDManager manager = Torch.manager()) {
      return WeightFormat.get(manager, name, file.tensors()).toFloatArray();
    }
  }

  /** Whether there is a tensor of a name. */
  public boolean has(String name) {
    return file.tensors().containsKey(name);
  }

  /** The format that a tensor is in. */
  public WeightFormat format(String name) {
    return WeightFormat.of(name, file.tensor(name));
  }

  /** Collects what a new file of a kind will hold. */
  public static Writer of(Kind kind) {
    return new Writer(kind);
  }

  /** What a new file will hold. Arrays are copied when they are added. */
  public static final class Writer {

    private final Map<String, SafeTensors.Entry> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new TreeMap<>();

    private Writer(Kind kind) {
      metadata.put(FORMAT, kind.format());
    }

    /** Adds an entry to the metadata. */
    public Writer metadata(String key, String value) {
      metadata.put(key, value);
      return this;
    }

    /**
     * Adds float32 arrays.
     *
     * @param prefix before their names
     * @throws IllegalArgumentException naming the first that has a value which is not finite, or
     *     too large for the format
     */
    public Writer weights(String prefix, Map<String, NDArray> arrays, WeightFormat format) {
      arrays.forEach((name, array) -> format.put(prefix + name, array, tensors));
      return this;
    }

    /**
     * Adds float32 arrays: those of two dimensions and more in a format, which the metadata will
     * name, and vectors as they are.
     *
     * @throws IllegalArgumentException as {@link #weights} does
     */
    public Writer matrices(String prefix, Map<String, NDArray> arrays, WeightFormat format) {
      arrays.forEach(
          (name, array) -> {
            boolean vector = array.getShape().dimension() < 2;
            (vector ? WeightFormat.FP32 : format).put(prefix + name, array, tensors);
          });
      if (format != WeightFormat.HALF) { // as files were before there was a choice
        metadata.put(STORAGE, format.key());
      }
      return this;
    }

    /**
     * Adds one tensor in a format.
     *
     * @throws IllegalArgumentException as {@link #weights} does
     */
    public Writer weights(String name, float[] values, WeightFormat format, long... shape) {
      try (NDManager manager = Torch.manager()) {
        format.put(name, manager.create(values, new Shape(shape)), tensors);
      }
      return this;
    }

    /** Adds arrays of float32, int32 or int64 as they are, whatever their values. */
    public Writer state(String prefix, Map<String, NDArray> arrays) {
      arrays.forEach((name, array) -> add(prefix + name, entry(array)));
      return this;
    }

    private static SafeTensors.Entry entry(NDArray array) {
      long[] shape = array.getShape().getShape();
      return switch (array.getDataType()) {
        case FLOAT32 -> SafeTensors.Entry.of(array.toFloatArray(), shape);
        case INT64 -> SafeTensors.Entry.of(array.toLongArray(), shape);
        case INT32 -> SafeTensors.Entry.of(array.toIntArray(), shape);
        default ->
            throw new IllegalArgumentException(
                "arrays of type " + array.getDataType() + " are not written");
      };
    }

    /** Adds one tensor of float32. */
    public Writer floats(String name, float[] values, long... shape) {
      add(name, SafeTensors.Entry.of(values, shape));
      return this;
    }

    private void add(String name, SafeTensors.Entry entry) {
      if (tensors.putIfAbsent(name, entry) != null) {
        throw new IllegalArgumentException("tensor " + name + " is there twice");
      }
    }

    /**
     * Writes the file, atomically; the same input gives the same bytes.
     *
     * @throws UncheckedIOException naming the file, when it cannot be written
     */
    public void write(Path path) {
      SafeTensors.write(path, tensors, metadata);
    }
  }
}
