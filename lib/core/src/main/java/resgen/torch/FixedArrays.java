package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Arrays by name that captured steps read and write: a graph knows addresses, so that the values of
 * a new batch are copied into the arrays of the first one. Where nothing is captured, {@link #put}
 * returns what it is given, and nothing is kept.
 */
public final class FixedArrays implements AutoCloseable {

  private final NDManager manager; // null: nothing is kept
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  FixedArrays(NDManager manager) {
    this.manager = manager;
  }

  /**
   * The array of this name, holding these values.
   *
   * @throws IllegalArgumentException if an array of this name has another shape
   */
  public NDArray put(String name, NDArray values) {
    if (manager == null) {
      return values;
    }
    NDArray there = arrays.get(name);
    if (there == null) {
      there = manager.zeros(values.getShape(), values.getDataType());
      NDScope.unregister(there);
      arrays.put(name, there);
    }
    Torch.copy(values, there);
    return there;
  }

  /** {@link #put(String, NDArray)} of each array of a list. */
  public NDList put(String name, NDList values) {
    NDList there = new NDList();
    for (int i = 0; i < values.size(); i++) {
      there.add(put(name + "." + i, values.get(i)));
    }
    return there;
  }

  /** The array of this name, if there is one. */
  public Optional<NDArray> get(String name) {
    return Optional.ofNullable(arrays.get(name));
  }

  @Override
  public void close() {
    arrays.clear();
    if (manager != null) {
      manager.close();
    }
  }
}
