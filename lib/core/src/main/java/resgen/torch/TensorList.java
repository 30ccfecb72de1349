package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/** A list of tensors handed to kernels again and again, converted once. Close it when done. */
public final class TensorList implements AutoCloseable {

  private final IValue value;
  private final int size;

  /** Wraps the arrays in their order; they stay the caller's. */
  public TensorList(List<NDArray> arrays) {
    value = IValue.listFrom(arrays.toArray(PtNDArray[]::new));
    size = arrays.size();
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
  }
}
