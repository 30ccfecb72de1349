package resgen.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.noise.Noise;
import resgen.settings.Hashes;
import resgen.torch.Torch;

/**
 * A model's parameters: named float32 arrays in the order in which its parts declared them.
 *
 * <p>Parts are built on a view of it, {@link #scope}, which prefixes their names. Initial values
 * depend on the seed and the name alone, so that adding a part changes no other part's start. A
 * plan ({@link #plan()}) records shapes without memory, to count parameters of any size.
 */
public final class Parameters implements AutoCloseable {

  private static final int CHUNK = 1 << 22;
  private static final int REPEATED = 1 << 18;

  private final NDManager manager;
  private final Noise noise;
  private final String prefix;
  private final Map<String, Shape> shapes;
  private final Map<String, NDArray> arrays;
  private final int most; // arrays
  private final int drawn; // numbers of an array, at most

  private Parameters(
      NDManager manager,
      Noise noise,
      String prefix,
      Map<String, Shape> shapes,
      Map<String, NDArray> arrays,
      int most,
      int drawn) {
    this.most = most;
    this.drawn = drawn;
    this.manager = manager;
    this.noise = noise;
    this.prefix = prefix;
    this.shapes = shapes;
    this.arrays = arrays;
  }

  /** An empty set whose arrays will live on {@code manager}. */
  public static Parameters on(NDManager manager, long seed) {
    return on(manager, seed, Integer.MAX_VALUE);
  }

  /**
   * A set for measuring speed: of an array's values the first {@value #REPEATED} are drawn and then
   * repeated, so that the paper's models are there in seconds and not in a minute.
   */
  public static Parameters repeating(NDManager manager, long seed) {
    return on(manager, seed, REPEATED);
  }

  private static Parameters on(NDManager manager, long seed, int drawn) {
    return new Parameters(
        manager.newSubManager(),
        Noise.of(seed),
        "",
        new LinkedHashMap<>(),
        new LinkedHashMap<>(),
        Integer.MAX_VALUE,
        drawn);
  }

  /** An empty set that records names and shapes and allocates nothing. */
  public static Parameters plan() {
    return plan(Integer.MAX_VALUE);
  }

  /** A {@link #plan()} that refuses to record more than {@code most} arrays. */
  public static Parameters plan(int most) {
    return new Parameters(null, null, "", new LinkedHashMap<>(), new LinkedHashMap<>(), most, 0);
  }

  /** A view that puts {@code name.} before every name. */
  public Parameters scope(String name) {
    return new Parameters(manager, noise, prefix + name + ".", shapes, arrays, most, drawn);
  }

  /**
   * Declares a parameter.
   *
   * @return its array, a leaf that receives gradients; null in a plan
   */
  public NDArray add(String name, Init init, long... dimensions) {
    return declare(name, init, true, dimensions);
  }

  /**
   * Declares an array that is part of the model but not trained.
   *
   * @return it; null in a plan
   */
  public NDArray constant(String name, Init init, long... dimensions) {
    return declare(name, init, false, dimensions);
  }

  private NDArray declare(String name, Init init, boolean trained, long... dimensions) {
    String full = prefix + name;
    Shape shape = new Shape(dimensions);
    if (shapes.putIfAbsent(full, shape) != null) {
      throw new IllegalStateException("parameter " + full + " is declared twice");
    }
    if (shapes.size() > most) {
      throw new IllegalArgumentException(
          "its settings ask for more than %d arrays, far more than there are".formatted(most));
    }
    if (manager == null) {
      return null;
    }
    float[] values = new float[Math.min(drawn, Math.toIntExact(shape.size()))];
    init.fill(noise.stream(full.hashCode(), full.length()), values);
    NDArray array = manager.zeros(shape);
    fill(array, values);
    array.setRequiresGradient(trained);
    arrays.put(full, array);
    return array;
  }

  /** Copies in parts: an array created from values would keep a second copy outside the heap. */
  private void fill(NDArray array, float[] values) {
    try (NDArray flat = array.reshape(-1)) {
      int size = (int) flat.size();
      for (int from = 0; from < size; from += Math.min(CHUNK, values.length)) {
        int at = from % values.length;
        int count = Math.min(Math.min(CHUNK, values.length - at), size - from);
        try (NDArray part = manager.create(Arrays.copyOfRange(values, at, at + count))) {
          flat.set(new NDIndex().addSliceDim(from, from + count), part);
        }
      }
    }
  }

  /** Names and arrays, in declaration order. */
  public Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /** Names and arrays of those that receive gradients, in declaration order. */
  public Map<String, NDArray> trained() {
    Map<String, NDArray> trained = new LinkedHashMap<>(arrays);
    trained.values().removeIf(array -> !array.hasGradient());
    return trained;
  }

  /** The arrays, in declaration order. */
  public List<NDArray> list() {
    return new ArrayList<>(arrays.values());
  }

  /** Names and shapes, in declaration order. */
  public Map<String, Shape> shapes() {
    return Collections.unmodifiableMap(shapes);
  }

  /** How many numbers there are in all. */
  public long count() {
    return shapes.values().stream().mapToLong(Shape::size).sum();
  }

  /** How many numbers there are per part, a part being the name up to its first dot. */
  public Map<String, Long> countByPart() {
    Map<String, Long> parts = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> parts.merge(name.replaceAll("\\..*", ""), shape.size(), Long::sum));
    return parts;
  }

  /** SHA-256 over names and numbers, in hex. */
  public String fingerprint() {
    MessageDigest digest = Hashes.digest();
    arrays.forEach(
        (name, array) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update(Torch.bytes(array));
        });
    return Hashes.hex(digest);
  }

  /** Stops the arrays from receiving gradients: for a model that is only used. */
  public void freeze() {
    arrays.values().forEach(array -> array.setRequiresGradient(false));
  }

  /**
   * Overwrites every array.
   *
   * @param values float32 arrays by name; names and shapes must be exactly these
   * @throws IllegalArgumentException naming the first parameter that is missing, unknown or of
   *     another shape
   */
  public void load(Map<String, NDArray> values) {
    for (String name : values.keySet()) {
      if (!arrays.containsKey(name)) {
        throw new IllegalArgumentException("parameter " + name + " is not part of this model");
      }
    }
    arrays.forEach((name, array) -> check(name, array, values.get(name)));
    arrays.forEach((name, array) -> Torch.copy(values.get(name), array));
  }

  private static void check(String name, NDArray array, NDArray value) {
    if (value == null) {
      throw new IllegalArgumentException("parameter " + name + " is missing");
    }
    if (!value.getShape().equals(array.getShape()) || value.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "parameter %s is %s %s; this model needs float32 %s"
              .formatted(name, value.getDataType(), value.getShape(), array.getShape()));
    }
  }

  /** The manager that owns the arrays; null in a plan. */
  public NDManager manager() {
    return manager;
  }

  @Override
  public void close() {
    if (manager != null && prefix.isEmpty()) {
      manager.close();
    }
  }
}
