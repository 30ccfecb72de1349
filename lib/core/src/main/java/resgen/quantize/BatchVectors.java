package resgen.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import resgen.noise.Noise;
import resgen.torch.Torch;

/**
 * Vectors of the parts of a batch and their codes, kept until all parts have been quantized, so
 * that codebooks learn from a batch once, however it is divided.
 */
public final class BatchVectors implements AutoCloseable {

  private final NDList vectors = new NDList(); // [N, H] each
  private final NDList codes = new NDList(); // [N, D] each

  /**
   * Keeps a part: vectors {@code [N, H]} and codes {@code [N, D]}, beyond the scope they are of.
   */
  public void add(NDArray vectors, NDArray codes) {
    this.vectors.add(Torch.kept(vectors));
    this.codes.add(Torch.kept(codes));
  }

  /** Lets a quantizer learn from what is kept, if anything is, and forgets it. */
  public void learn(Quantizer quantizer, Noise.Stream noise) {
    if (!vectors.isEmpty()) {
      Torch.scoped(
          () -> {
            quantizer.learn(NDArrays.concat(vectors, 0), NDArrays.concat(codes, 0), noise);
            return null;
          });
    }
    close();
  }

  /** Forgets what is kept. */
  @Override
  public void close() {
    vectors.close();
    codes.close();
    vectors.clear();
    codes.clear();
  }
}
