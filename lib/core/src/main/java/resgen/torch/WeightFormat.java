package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How a {@link WeightFile} holds the numbers of a float32 array. */
public enum WeightFormat {
  /** As they are: four bytes each. */
  FP32("fp32", "fp32"),

  /** Half floats: eleven bits of each value, two bytes. */
  HALF("half", "half"),

  /**
   * A byte for each value and a float32 scale for each row, a row being a vector along the last
   * dimension: a value is wrong by half of its row's scale at most.
   */
  INT8("8bit", "int8");

  private final String label;
  private final String key;

  WeightFormat(String label, String key) {
    this.label = label;
    this.key = key;
  }

  /** The word of the command line: {@code fp32}, {@code half} or {@code 8bit}. */
  public String label() {
    return label;
  }

  /**
   * The format of a label.
   *
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  public static WeightFormat of(String label) {
    return find(WeightFormat::label, label, "storage %s is unknown; allowed are %s");
  }

  /** The word of a file's metadata. */
  String key() {
    return key;
  }

  static WeightFormat ofKey(String key) {
    return find(WeightFormat::key, key, "its storage is %s; readable are %s");
  }

  private static WeightFormat find(
      Function<WeightFormat, String> word, String wanted, String message) {
    List<WeightFormat> all = List.of(values());
    return all.stream()
        .filter(format -> word.apply(format).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    message.formatted(wanted, String.join(", ", all.stream().map(word).toList()))));
  }

  /**
   * Adds an array's tensor, or tensors, to those of a file.
   *
   * @throws IllegalArgumentException naming the tensor, if a value is not finite or too large for
   *     the format
   */
  void put(String name, NDArray array, Map<String, SafeTensors.Entry> into) {
    long[] shape = array.getShape().getShape();
    if (this == INT8) {
      EightBit.put(name, array.toFloatArray(), shape, into);
      return;
    }
    SafeTensors.Entry entry =
        this == HALF
            ? SafeTensors.Entry.of(SafeTensors.DType.F16, shape, halves(array))
            : SafeTensors.Entry.of(array.toFloatArray(), shape);
    int at = firstNotFinite(entry);
    if (at >= 0) {
      float value = array.toFloatArray()[at];
      throw new IllegalArgumentException(
          Float.isFinite(value)
              ? "tensor %s has the value %s, which is too large for half floats"
                  .formatted(name, value)
              : "tensor %s has the value %s, which is not finite".formatted(name, value));
    }
    if (into.putIfAbsent(name, entry) != null) {
      throw new IllegalArgumentException("tensor " + name + " is there twice");
    }
  }

  /** The format that a tensor is in. */
  static WeightFormat of(String name, SafeTensors.Entry entry) {
    return switch (entry.dtype()) {
      case F32 -> FP32;
      case F16 -> HALF;
      case I8 -> INT8;
      default ->
          throw new IllegalArgumentException(
              "tensor " + name + " is " + entry + "; weights are F32, F16 or I8");
    };
  }

  /**
   * Checks a stored tensor without decoding it.
   *
   * @throws IllegalArgumentException naming the tensor, if a value is not finite, or scales are
   *     missing, negative or not finite
   */
  static void check(String name, Map<String, SafeTensors.Entry> from) {
    SafeTensors.Entry entry = from.get(name);
    if (of(name, entry) == INT8) {
      EightBit.check(name, from);
      return;
    }
    int at = firstNotFinite(entry);
    if (at >= 0) {
      throw new IllegalArgumentException(
          "tensor %s has a value that is not finite, at place %d".formatted(name, at));
    }
  }

  /** The place of the first value that is not finite, or -1; of other types than floats, -1. */
  private static int firstNotFinite(SafeTensors.Entry entry) {
    ByteBuffer bytes = entry.raw().order(ByteOrder.LITTLE_ENDIAN);
    int size = entry.size();
    for (int i = 0; i < size; i++) {
      boolean finite =
          switch (entry.dtype()) {
            case F32 -> Float.isFinite(bytes.getFloat(i * Float.BYTES));
            case F16 -> (bytes.getShort(i * Short.BYTES) & 0x7C00) != 0x7C00;
            default -> true;
          };
      if (!finite) {
        return i;
      }
    }
    return -1;
  }

  /** A stored tensor as a new array: float32, or int32 or int64 as they are. */
  static NDArray get(NDManager manager, String name, Map<String, SafeTensors.Entry> from) {
    SafeTensors.Entry entry = from.get(name);
    Shape shape = new Shape(entry.shape());
    return switch (entry.dtype()) {
      case I64 -> manager.create(entry.longs(), shape);
      case I32 -> manager.create(entry.ints(), shape);
      case F32 -> manager.create(entry.floats(), shape);
      case F16 -> floats(manager, entry.data(), shape);
      case I8 -> manager.create(EightBit.get(name, from), shape);
      case U8 ->
          throw new IllegalArgumentException("tensor " + name + " is " + entry + ", no weights");
    };
  }

  private static NDArray floats(NDManager manager, ByteBuffer halves, Shape shape) {
    try (NDArray half = manager.create(halves, shape, DataType.FLOAT16)) {
      return half.toType(DataType.FLOAT32, true);
    }
  }

  /**
   * The bytes of a float32 array in half floats, little-endian, in row order: what fingerprints are
   * made of.
   */
  public static ByteBuffer halves(NDArray array) {
    try (NDArray half = array.toType(DataType.FLOAT16, true)) {
      return half.toByteBuffer();
    }
  }

  /** The values that a file in half floats would give back, as a new float32 array. */
  public static NDArray rounded(NDManager manager, NDArray array) {
    ByteBuffer copy = ByteBuffer.allocate(Math.toIntExact(array.size() * Short.BYTES));
    copy.order(ByteOrder.LITTLE_ENDIAN).put(halves(array)).flip();
    return floats(manager, copy, array.getShape());
  }

  /**
   * The values that a file in this format would give back.
   *
   * @param values of an array in row order
   * @throws IllegalArgumentException as {@link #put} does
   */
  public float[] rounded(String name, float[] values, long... shape) {
    Map<String, SafeTensors.Entry> stored = new LinkedHashMap<>();
    try (NDManager manager = Torch.manager()) {
      put(name, manager.create(values, new Shape(shape)), stored);
      return get(manager, name, stored).toFloatArray();
    }
  }

  /** Whether a tensor is of an array's shape. */
  static boolean fits(SafeTensors.Entry entry, Shape shape) {
    return Arrays.equals(entry.shape(), shape.getShape());
  }
}
