package resgen.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.BinaryOperator;
import resgen.torch.Deferred;
import resgen.torch.Torch;

/**
 * A chain of blocks of which only the inputs are kept for the backward pass: it computes each block
 * anew, the last first (gradient checkpointing). The gradients are the same; memory falls to one
 * block's, and time rises by about a forward pass.
 *
 * <p>The chain's input and the array that its blocks share may reach the loss through the chain and
 * {@link #shared()} alone; libtorch refuses the backward pass otherwise.
 */
final class Recompute implements Deferred.Piece {

  private final NDArray x; // with the graph that it came from
  private final NDArray given; // likewise
  private final NDArray shared; // a leaf
  private final List<? extends BinaryOperator<NDArray>> blocks;
  private final NDArray[] inputs; // of each block, and the last one's output
  private final long seed; // negative if nothing in the blocks is random

  /**
   * Runs the chain without gradients and leaves its backward pass to {@link Torch#backward}.
   *
   * @param x the first block's input
   * @param given an array that all blocks take as their second argument
   * @param random whether the blocks draw from libtorch's generator, as dropout does
   */
  Recompute(
      NDArray x, NDArray given, List<? extends BinaryOperator<NDArray>> blocks, boolean random) {
    this.x = Torch.kept(x.reshape(x.getShape()));
    this.given = Torch.kept(given.reshape(given.getShape()));
    this.blocks = blocks;
    shared = leaf(Torch.kept(given.stopGradient()));
    inputs = new NDArray[blocks.size() + 1];
    seed = random ? Torch.nextSeed() : -1;
    inputs[0] = Torch.kept(x.stopGradient());
    for (int i = 0; i < blocks.size(); i++) {
      int at = i;
      inputs[i + 1] = Torch.kept(Torch.withGradients(false, () -> block(at)));
    }
    leaf(output());
    Deferred.add(this);
  }

  private NDArray block(int i) {
    if (seed >= 0) {
      Torch.seed(seed + i);
    }
    return blocks.get(i).apply(inputs[i], shared);
  }

  private static NDArray leaf(NDArray array) {
    Torch.requireGradient(array);
    return array;
  }

  /** The chain's output, a leaf of the graph that goes on from it. */
  NDArray output() {
    return inputs[inputs.length - 1];
  }

  /** The shared array as a leaf, for use after the chain. */
  NDArray shared() {
    return shared;
  }

  @Override
  public void run() {
    for (int i = blocks.size() - 1; i >= 0; i--) {
      int at = i;
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        leaf(inputs[i]);
        NDArray y = Torch.withGradients(true, () -> block(at));
        Torch.backward(y, inputs[i + 1].getGradient());
      }
      inputs[i + 1].close();
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Torch.withGradients(true, this::handOn);
    }
  }

  /** Sends the gradients of the chain's two inputs into the graphs that they came from. */
  private Void handOn() {
    NDArray first = x.mul(inputs[0].getGradient()).sum();
    NDArray second = given.mul(shared.getGradient()).sum();
    // A leaf of its own lets the sum have a gradient even if neither input came from a graph.
    NDArray root = leaf(first.getManager().zeros(new Shape()));
    NDArray sum = first.add(second).add(root);
    Torch.backward(sum, sum.onesLike());
    return null;
  }

  @Override
  public void close() {
    x.close();
    given.close();
    shared.close();
    for (NDArray input : inputs) {
      input.close();
    }
  }
}
