package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.nn.Parts;
import resgen.noise.Keys;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.train.Trainable;

/**
 * One softmax over the codes of every depth, all from the same hidden state: the head of direct
 * tokens, L_simple = −log p(x⁰ | x^t) over the masked tokens, and of depthwise MaskGIT (paper,
 * baselines). Log-softmax and what follows are in float32.
 */
public final class CategoricalHead implements Head {

  private final int width;
  private final Kernel kernel;
  private final NDArray weight; // [D, V, W]
  private final NDArray bias; // [D, V]
  private final int depth;
  private final int codes;

  /** Declares {@code weight} and {@code bias}. */
  CategoricalHead(Parameters parameters, HeadSpec.Context c) {
    width = c.backbone().width();
    depth = c.tokens().depth();
    codes = c.tokens().codes();
    kernel = Parts.kernel(parameters, "categorical", c.precision());
    weight = parameters.add("weight", Init.normal(0.02), depth, codes, width);
    bias = parameters.add("bias", Init.zeros(), depth, codes);
  }

  /** Logits of all depths: {@code [N, W] → [N, D, V]}. */
  public NDArray logits(NDArray hidden) {
    return kernel.call("logits", hidden, weight, bias).head();
  }

  /** −log p of every token, {@code [B, L, D]}. */
  public NDArray losses(NDArray hidden, Target target) {
    NDArray flat = target.codes().reshape(-1, depth); // [B·L, D]
    return kernel.apply(Target.rows(hidden), flat, weight, bias).reshape(target.codes().getShape());
  }

  @Override
  public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
    return Trainable.Loss.of(target.perToken(losses(hidden, target)));
  }

  @Override
  public NDArray likelihood(NDArray hidden, Target target) {
    return target.sumOfTokens(losses(hidden, target));
  }

  /**
   * {@inheritDoc} Each by itself: logits are divided by the temperature, then the likeliest codes
   * of mass top-p are kept, the one that crosses the threshold included. The confidence of a code
   * is the log-probability that the head gave it, before temperature and filter.
   */
  @Override
  public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
    long b = hidden.getShape().get(0);
    int l = (int) hidden.getShape().get(1);
    int k = how.depths();
    Phases.enter("noise");
    NDArray uniform = keys.fork("code").uniforms(l * k).reshape(-1, k); // [B·L, k]
    Phases.enter("draw");
    NDArray visible = target.mask().visible().reshape(-1, depth);
    NDList parts = draw(Target.rows(hidden), uniform, visible, how.first(), how.draw());
    NDArray terms = parts.get(1);
    return new Proposal(
        parts.get(0).reshape(b, l, k),
        how.reveal().usesConfidence() ? terms.reshape(b, l, k) : null,
        terms);
  }

  /**
   * Codes and their log-probabilities, {@code [N, k]}.
   *
   * @param hidden {@code [N, W]}
   * @param uniform of the k depths from {@code first} on, {@code [N, k]}
   * @param visible where nothing is to be drawn, {@code [N, D]}
   */
  NDList draw(NDArray hidden, NDArray uniform, NDArray visible, int first, Draw how) {
    return kernel.call(
        "draw", hidden, uniform, visible, weight, bias, first, how.topP(), how.temperature());
  }

  @Override
  public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    return logits(hidden).get(":, 0").logSoftmax(1);
  }

  @Override
  public double flops(int positions, int depths) {
    return 2.0 * positions * depths * codes * width;
  }
}
