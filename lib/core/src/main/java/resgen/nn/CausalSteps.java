package resgen.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import resgen.torch.Kernel;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * A causal stack run a few positions at a time, with the keys and values of the positions before
 * them kept in one preallocated array. One kernel call per step; no gradients.
 *
 * <p>The arrays live as long as the scope in which the steps were begun, or until they are closed.
 */
public final class CausalSteps implements AutoCloseable {

  private final Transformer stack;
  private final Kernel kernel;
  private final TensorList weights; // qkv, out, up, down of each block, and perhaps more
  private final NDArray modulation; // [layers, 6, B, 1, W], the scales plus 1
  private final NDArray norm; // [2, B, 1, W], likewise
  private final NDArray cache; // [layers, 2, B, heads, L, W / heads]
  private final Rotary rotary;
  private final int heads;
  private final int length;
  private int at;

  /**
   * Begins a run of a causal stack.
   *
   * @param weights of {@link #weights}; the caller closes them
   * @param modulation {@code [B or 1, 1, 8, W]}, the same at all positions
   * @param rotary tables of all L positions
   * @param batch B
   */
  public CausalSteps(
      Transformer stack, TensorList weights, NDArray modulation, Rotary rotary, int batch) {
    if (!stack.causal) {
      throw new IllegalStateException("a stack that is not causal has no steps");
    }
    this.weights = weights;
    this.rotary = rotary;
    this.stack = stack;
    kernel = Kernel.of("decode", stack.precision);
    NDList rows = rows(modulation);
    this.modulation = rows.get(0);
    norm = rows.get(1);
    Transformer.Settings sizes = stack.settings;
    heads = sizes.heads();
    length = (int) rotary.cos().getShape().get(0);
    cache =
        rotary
            .cos()
            .getManager()
            .zeros(new Shape(sizes.layers(), 2, batch, heads, length, sizes.headWidth()));
  }

  /**
   * The matrices of a stack's blocks, in the number format of their products; in bfloat16 they are
   * copies.
   *
   * @param more matrices that follow the blocks'
   */
  public static TensorList weights(Transformer stack, NDArray... more) {
    List<NDArray> matrices = new ArrayList<>();
    stack.blocks.forEach(b -> matrices.addAll(b.subList(1, b.size())));
    matrices.addAll(List.of(more));
    return TensorList.of(matrices, stack.precision);
  }

  /**
   * Runs the next n positions: several at once to begin with (prefill), then usually one.
   *
   * @param x {@code [B, n, W]}
   * @return {@code [B, n, W]}
   * @throws IllegalStateException if there are not n positions left
   */
  public NDArray next(NDArray x) {
    int n = (int) x.getShape().get(1);
    if (at + n > length) {
      throw new IllegalStateException(
          "%d more positions after %d exceed the %d there are".formatted(n, at, length));
    }
    NDArray y =
        kernel
            .infer(
                "forward",
                x,
                weights,
                modulation,
                norm,
                cache,
                rotary.cos(),
                rotary.sin(),
                heads,
                at)
            .head();
    at += n;
    return y;
  }

  /**
   * Runs the position that an array tells: the same kernels for every position, as captured steps
   * need it, at the cost of reading all keys each time. It does not count as run.
   *
   * @param x {@code [B, 1, W]}
   * @param number the position, {@code [1]} int64
   * @return {@code [B, 1, W]}
   */
  public NDArray at(NDArray x, NDArray number) {
    return kernel
        .infer(
            "counted",
            x.squeeze(1),
            weights,
            modulation,
            norm,
            cache,
            rotary.cos(),
            rotary.sin(),
            number)
        .head()
        .expandDims(1);
  }

  /** How many positions have been run. */
  public int position() {
    return at;
  }

  /** Starts a new sequence; what was kept is overwritten. */
  public void restart() {
    at = 0;
  }

  private NDList rows(NDArray modulation) {
    List<NDArray> biases = stack.blocks.stream().map(b -> b.get(0)).toList();
    return kernel.infer("modulations", modulation, biases, stack.finalBias);
  }

  /**
   * Starts sequences of another condition in the arrays of those before.
   *
   * @param modulation {@code [B or 1, 1, 8, W]}
   */
  public void restart(NDArray modulation) {
    NDList rows = rows(modulation);
    Torch.copy(rows.get(0), this.modulation);
    Torch.copy(rows.get(1), norm);
    Torch.copy(cache.zerosLike(), cache);
    at = 0;
  }

  /** Takes the arrays out of the scope; they live until {@link #close}. */
  public CausalSteps keep() {
    NDScope.unregister(modulation, norm, cache);
    return this;
  }

  @Override
  public void close() {
    modulation.close();
    norm.close();
    cache.close();
  }

  /**
   * Draws the codes of a sequence of depths in one kernel call, from the first on: at each depth
   * input, stack, logits and choice (see {@code decode.py}). The list of weights must hold the
   * heads {@code [D, V, W]} after the blocks'.
   *
   * @param hidden {@code [B or 2·B, W]}; the second half is the unconditional one
   * @param sums receives the embedding sums, {@code [B or 2·B, H]}
   * @param inputs scale, weight and bias of the input, depth positions, head biases, codebooks
   * @param uniform {@code [B, D]}
   * @param guidance weight w of logits c + w·(c − u), {@code [1]}; unused without a second half
   * @return codes, {@code [B, D]} int64, and sums of their logits, {@code [B, D]}
   */
  public NDList depths(
      NDArray hidden,
      NDArray sums,
      TensorList inputs,
      NDArray uniform,
      NDArray guidance,
      double temperature,
      double topP) {
    return kernel.infer(
        "depths",
        hidden,
        sums,
        inputs,
        weights,
        modulation,
        norm,
        cache,
        rotary.cos(),
        rotary.sin(),
        heads,
        uniform,
        guidance,
        temperature,
        topP);
  }
}
