package resgen.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/** Residual vector quantization by plain array operations (paper, preliminaries). */
public final class PlainRvq {

  private PlainRvq() {}

  /**
   * Quantizes residual by residual: x_j = argmin_v ‖h_{j−1} − e(v; j)‖, h_j = h_{j−1} − e(x_j; j).
   *
   * @param h h_0, {@code [N, H]}
   * @param books e, {@code [D, V, H]}
   * @return codes x, {@code [N, D]} int64
   */
  public static NDArray encode(NDArray h, NDArray books) {
    NDList codes = new NDList();
    NDArray r = h; // [N, H]
    for (int j = 0; j < books.getShape().get(0); j++) {
      NDArray book = books.get(j); // [V, H]
      NDArray half = book.square().sum(new int[] {1}).mul(-0.5f); // −‖e‖²/2: [V]
      NDArray code = r.matMul(book.transpose()).add(half).argMax(1); // least distance: [N]
      codes.add(code);
      r = r.sub(book.get(code)); // [N, H]
    }
    return NDArrays.stack(codes, 1);
  }

  /**
   * The codes' embeddings e(x_j; j).
   *
   * @param codes {@code [N, D]} int64
   * @param books {@code [D, V, H]}
   * @return {@code [N, D, H]}
   */
  public static NDArray embed(NDArray codes, NDArray books) {
    NDList all = new NDList();
    for (int j = 0; j < books.getShape().get(0); j++) {
      all.add(books.get(j).get(codes.get(":, " + j))); // [N, H]
    }
    return NDArrays.stack(all, 1);
  }

  /**
   * The residuals h_1 … h_D that quantizing leaves.
   *
   * @param h h_0, {@code [N, H]}
   * @param embedded e(x_j; j), {@code [N, D, H]}
   * @return {@code [N, D, H]}
   */
  public static NDArray residuals(NDArray h, NDArray embedded) {
    return h.expandDims(1).sub(embedded.cumSum(1));
  }

  /**
   * What the network is shown: Σ_j e(x_j; j)·m_j.
   *
   * @param embedded {@code [N, D, H]}
   * @param mask m, 1 where visible, {@code [N, D]}
   * @return {@code [N, H]}
   */
  public static NDArray visibleSum(NDArray embedded, NDArray mask) {
    return embedded.mul(mask.expandDims(2)).sum(new int[] {1});
  }

  /**
   * The target z = Σ_j e(x_j; j)·(1 − m_j).
   *
   * @param embedded {@code [N, D, H]}
   * @param mask m, 1 where visible, {@code [N, D]}
   * @return {@code [N, H]}
   */
  public static NDArray maskedSum(NDArray embedded, NDArray mask) {
    return visibleSum(embedded, mask.neg().add(1));
  }

  /**
   * The confidence by distance, summed over the depths: Σ_{i≤j} −‖h_i‖²/(2σ_i²).
   *
   * @param residuals h_1 … h_D, {@code [N, D, H]}
   * @param sigma σ_j, {@code [D]}
   * @return {@code [N, D]}
   */
  public static NDArray confidence(NDArray residuals, NDArray sigma) {
    NDArray distance = residuals.square().sum(new int[] {2}); // [N, D]
    return distance.div(sigma.square().mul(-2)).cumSum(1);
  }

  /**
   * The probabilistic update's new means Σ w·r of one codebook: responsibilities softmax_v log N(r;
   * e(v), s²I), normalised over the batch per code in the log domain, with s² the mean squared
   * entry of the residual after quantizing.
   *
   * @param r the residuals that enter the depth, {@code [N, H]}
   * @param book e(·; j), {@code [V, H]}
   * @return {@code [V, H]}
   */
  public static NDArray probabilisticMeans(NDArray r, NDArray book) {
    NDArray distance = r.expandDims(1).sub(book.expandDims(0)).square().sum(new int[] {2}); // [N,V]
    NDArray s2 = distance.min(new int[] {1}).mean().div(r.getShape().get(1));
    NDArray log = distance.div(s2.mul(-2)).logSoftmax(1); // over the codes
    return log.softmax(0).transpose().matMul(r); // over the batch
  }
}
