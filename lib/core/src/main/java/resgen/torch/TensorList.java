package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/** A list of tensors handed to kernels again and again, converted once. Close it when done. */
public final class TensorList implements AutoCloseable {

  private final IValue value;
  private final int size;
  private final NDList owned;

  /** Wraps the arrays in their order; they stay the caller's. */
  public TensorList(List<NDArray> arrays) {
    this(arrays, new NDList());
  }

  private TensorList(List<NDArray> arrays, NDList owned) {
    value = IValue.listFrom(arrays.toArray(PtNDArray[]::new));
    size = arrays.size();
    this.owned = owned;
  }

  /**
   * Wraps arrays in a number format: as they are in float32, else as copies of the list's own,
   * which do not follow later changes.
   */
  public static TensorList of(List<NDArray> arrays, Precision precision) {
    if (precision == Precision.FP32) {
      return new TensorList(arrays);
    }
    NDList copies = Kernel.of("cast", precision).infer("forward", arrays);
    copies.forEach(NDScope::unregister);
    return new TensorList(copies, copies);
  }

  IValue value() {
    return value;
  }

  /** How many tensors the list holds. */
  public int size() {
    return size;
  }

  @Override
  public void close() {
    value.close();
    owned.close();
  }
}
