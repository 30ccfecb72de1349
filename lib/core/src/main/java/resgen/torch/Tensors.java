package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Arrays of the engine to and from the entries of {@link SafeTensors} files. */
public final class Tensors {

  private Tensors() {}

  /** Copies float32 and int64 arrays out of the engine. */
  public static SafeTensors.Entry entry(NDArray array) {
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

  /** Copies an entry into a new array. */
  public static NDArray array(NDManager manager, SafeTensors.Entry entry) {
    Shape shape = new Shape(entry.shape());
    return switch (entry.dtype().name()) {
      case "F32" -> manager.create(entry.floats(), shape);
      case "F16" -> half(manager, entry, shape);
      case "I64" -> manager.create(entry.longs(), shape);
      case "I32" -> manager.create(entry.ints(), shape);
      default ->
          throw new IllegalArgumentException(
              "entries of type " + entry.dtype() + " are not arrays");
    };
  }

  private static NDArray half(NDManager manager, SafeTensors.Entry entry, Shape shape) {
    try (NDArray half = manager.create(entry.data(), shape, DataType.FLOAT16)) {
      return half.toType(DataType.FLOAT32, true);
    }
  }

  /** Copies a float32 array out of the engine in half precision, for files that must be small. */
  public static SafeTensors.Entry halfEntry(NDArray array) {
    try (NDArray half = array.toType(DataType.FLOAT16, true)) {
      return SafeTensors.Entry.of(
          SafeTensors.DType.F16, array.getShape().getShape(), half.toByteBuffer());
    }
  }

  /** Entries of all arrays, under {@code prefix} before their names. */
  public static void collect(
      String prefix, Map<String, NDArray> arrays, Map<String, SafeTensors.Entry> into) {
    arrays.forEach((name, array) -> into.put(prefix + name, entry(array)));
  }

  /** Arrays of all entries whose names start with {@code prefix}, under the rest of the name. */
  public static Map<String, NDArray> select(
      NDManager manager, String prefix, Map<String, SafeTensors.Entry> entries) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    entries.forEach(
        (name, entry) -> {
          if (name.startsWith(prefix)) {
            arrays.put(name.substring(prefix.length()), array(manager, entry));
          }
        });
    return arrays;
  }
}
