package resgen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.model.GeneratorSettings;
import resgen.torch.EightBit;
import resgen.torch.SafeTensors;
import resgen.torch.Tensors;

/** A model's parameters to and from the tensors of a file, in either storage. */
final class ModelWeights {

  static final String PREFIX = "model.";

  private ModelWeights() {}

  /** The tensors of all parameters, under {@link #PREFIX} before their names. */
  static Map<String, SafeTensors.Entry> entries(Map<String, NDArray> arrays, Storage storage) {
    Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (array.getShape().dimension() < 2) {
            entries.put(PREFIX + name, Tensors.entry(array));
          } else if (storage == Storage.HALF) {
            entries.put(PREFIX + name, Tensors.halfEntry(array));
          } else {
            long[] shape = array.getShape().getShape();
            EightBit.put(PREFIX + name, array.toFloatArray(), shape, entries);
          }
        });
    return entries;
  }

  /** Compares before anything is built, since a file's settings may ask for any size. */
  static void check(
      GeneratorSettings settings,
      String prefix,
      Storage storage,
      Map<String, SafeTensors.Entry> tensors) {
    settings
        .plan(tensors.size())
        .shapes()
        .forEach(
            (name, shape) -> {
              check(name, tensors.get(prefix + name), shape);
              if (storage == Storage.EIGHT_BIT && shape.dimension() > 1) {
                EightBit.check(prefix + name, tensors);
              }
            });
  }

  private static void check(String name, SafeTensors.Entry entry, Shape shape) {
    if (entry == null) {
      throw new IllegalArgumentException("parameter " + name + " is missing");
    }
    if (!Arrays.equals(entry.shape(), shape.getShape())) {
      throw new IllegalArgumentException(
          "parameter %s is %s; its settings need %s".formatted(name, entry, shape));
    }
  }

  /** The parameters of a file that {@link #check} has let pass, by name, as float32. */
  static Map<String, NDArray> read(
      NDManager manager, Storage storage, Map<String, SafeTensors.Entry> tensors) {
    if (storage == Storage.HALF) {
      return Tensors.select(manager, PREFIX, tensors);
    }
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    tensors.forEach(
        (name, entry) -> {
          if (name.startsWith(PREFIX) && !EightBit.isScale(name, tensors)) {
            NDArray array =
                entry.dtype() == SafeTensors.DType.I8
                    ? manager.create(EightBit.get(name, tensors), new Shape(entry.shape()))
                    : Tensors.array(manager, entry);
            arrays.put(name.substring(PREFIX.length()), array);
          }
        });
    return arrays;
  }
}
