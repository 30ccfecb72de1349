package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/**
 * The causal transformer over the depths of one position (Lee et al. 2022): each depth's code from
 * the position's hidden state and the sum of the embeddings of all coarser codes.
 */
public final class DepthTransformer {

  private final Transformer.Settings sizes;
  private final Linear input;
  private final NDArray positions; // [D, W]
  private final Transformer stack;
  private final NDArray headWeight; // [D, V, W]
  private final NDArray headBias; // [D, V]
  private final NDArray modulation; // zeros, [1, 1, 8, W]; null in a plan
  private final Rotary rotary; // null in a plan
  private final Kernel head;

  /** Declares the parts {@code depth} and {@code head}. */
  DepthTransformer(
      Parameters parameters, TokenShape tokens, Transformer.Settings sizes, Precision precision) {
    this.sizes = sizes;
    int w = sizes.width();
    int d = tokens.depth();
    Parameters depth = parameters.scope("depth");
    input = new Linear(depth.scope("sum"), tokens.dimension(), w, precision);
    positions = depth.add("position", Init.normal(0.5), d, w);
    stack = new Transformer(depth.scope("stack"), sizes, true, precision);
    Parameters out = parameters.scope("head");
    headWeight = out.add("weight", Init.normal(0.02), d, tokens.codes(), w);
    headBias = out.add("bias", Init.zeros(), d, tokens.codes());
    boolean plan = parameters.manager() == null;
    modulation = plan ? null : parameters.manager().zeros(new Shape(1, 1, 8, w));
    rotary = plan ? null : Rotary.line(parameters.manager(), d, sizes.headWidth());
    head = plan ? null : Kernel.of("depth_heads", precision);
  }

  /**
   * Logits of all depths at once.
   *
   * @param hidden {@code [N, W]}
   * @param prefixes sums of the codes coarser than each depth, scaled, {@code [N, D, H]}
   * @return {@code [N, D, V]}
   */
  NDArray logits(NDArray hidden, NDArray prefixes, boolean training) {
    return head.call("logits", features(hidden, prefixes, training), headWeight, headBias).head();
  }

  /**
   * Negative log-likelihoods of codes, by a float32 log-softmax.
   *
   * @param hidden {@code [N, W]}
   * @param prefixes as in {@link #logits}
   * @param codes {@code [N, D]} int64
   * @return {@code [N, D]}
   */
  NDArray losses(NDArray hidden, NDArray prefixes, NDArray codes, boolean training) {
    return head.apply(features(hidden, prefixes, training), headWeight, headBias, codes);
  }

  private NDArray features(NDArray hidden, NDArray prefixes, boolean training) {
    NDArray x = input.apply(prefixes).add(positions).add(hidden.expandDims(1)); // [N, D, W]
    return stack.apply(x, modulation, rotary, training);
  }
}
