package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import resgen.nn.CausalSteps;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Parameters;
import resgen.nn.Parts;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;
import resgen.torch.TensorList;
import resgen.torch.Torch;
import resgen.train.Trainable;

/**
 * A causal transformer over the depths of one position (Lee et al. 2022): each depth's code from
 * the position's hidden state and the sum of the embeddings of all coarser codes, by a softmax over
 * the codes of the depth.
 */
public final class DepthTransformerHead implements Decoder.Of {

  private final TokenSpec tokens;
  private final Transformer.Settings sizes;
  private final Codebooks codebooks; // null in a plan
  private final NDArray inputScale; // [1]
  private final Linear input;
  private final NDArray positions; // [D, W]
  private final Transformer stack;
  private final NDArray headWeight; // [D, V, W]
  private final NDArray headBias; // [D, V]
  private final NDArray modulation; // zeros, [1, 1, 8, W]; null in a plan
  private final Rotary rotary; // null in a plan
  private final Kernel head;

  /** Declares the parts {@code depth} and {@code head}. */
  DepthTransformerHead(HeadSpec.Context c, Transformer.Settings sizes) {
    this.sizes = sizes;
    tokens = c.tokens();
    codebooks = c.codebooks();
    inputScale = c.inputScale();
    int w = sizes.width();
    int d = tokens.depth();
    Parameters depth = c.parameters().scope("depth");
    input = new Linear(depth.scope("sum"), tokens.dimension(), w, c.precision());
    positions = depth.add("position", Init.normal(0.5), d, w);
    stack = new Transformer(depth.scope("stack"), sizes, true, c.precision());
    Parameters out = c.parameters().scope("head");
    headWeight = out.add("weight", Init.normal(0.02), d, tokens.codes(), w);
    headBias = out.add("bias", Init.zeros(), d, tokens.codes());
    boolean plan = c.parameters().manager() == null;
    modulation = plan ? null : c.parameters().manager().zeros(new Shape(1, 1, 8, w));
    rotary = plan ? null : Rotary.line(c.parameters().manager(), d, sizes.headWidth());
    head = Parts.kernel(out, "depth_heads", c.precision());
  }

  /**
   * Logits of every token given the tokens before it: {@code [N, D, V]}.
   *
   * @param hidden {@code [N, W]}
   * @param codes {@code [N, D]} int64
   */
  public NDArray logits(NDArray hidden, NDArray codes) {
    return head.call("logits", features(hidden, codes), headWeight, headBias).head();
  }

  private NDArray features(NDArray hidden, NDArray codes) {
    NDArray prefixes = codebooks.prefixes(codes).get(":, :-1").mul(inputScale); // [N, D, H]
    NDArray x = input.apply(prefixes).add(positions).add(hidden.expandDims(1)); // [N, D, W]
    return stack.apply(x, modulation, rotary, null, Torch.recordsGradients());
  }

  /** −log p of every token given the tokens before it, {@code [B, L, D]}. */
  private NDArray losses(NDArray hidden, Target target) {
    NDArray codes = target.codes().reshape(-1, tokens.depth()); // [B·L, D]
    NDArray x = features(Target.rows(hidden), codes); // [B·L, D, W]
    return head.apply(x, headWeight, headBias, codes).reshape(target.codes().getShape());
  }

  @Override
  public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
    NDArray loss = target.perToken(losses(hidden, target));
    return Trainable.Loss.of(loss, "nll", loss);
  }

  @Override
  public NDArray likelihood(NDArray hidden, Target target) {
    return target.sumOfTokens(losses(hidden, target));
  }

  @Override
  public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
    throw new UnsupportedOperationException("a depth transformer decodes position by position");
  }

  @Override
  public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    int n = (int) hidden.getShape().get(0);
    NDArray none = hidden.getManager().zeros(new Shape(n, tokens.dimension()));
    NDArray x =
        input
            .apply(none)
            .expandDims(1)
            .add(positions.get(":1"))
            .add(hidden.expandDims(1)); // [N, 1, W]
    Rotary first = Rotary.line(hidden.getManager(), 1, sizes.headWidth());
    NDArray y = stack.apply(x, modulation, first, null, false);
    return head.call("logits", y, headWeight.get(":1"), headBias.get(":1"))
        .head()
        .squeeze(1)
        .logSoftmax(1);
  }

  @Override
  public double flops(int positions, int depths) {
    return positions * decodeFlops(depths);
  }

  @Override
  public boolean iterates() {
    return false;
  }

  @Override
  public int calls(int[] masked) {
    return tokens.depth();
  }

  @Override
  public double decodeFlops(int calls) {
    double d = tokens.depth();
    double ends = 2.0 * d * (tokens.dimension() + tokens.codes()) * sizes.width();
    return ends + sizes.flops(d, d * (d + 1) / 2);
  }

  @Override
  public double drawFlops(int calls) {
    return 0;
  }

  @Override
  public Decoder decoder(Draw draw, int[] masked) {
    TensorList weights = CausalSteps.weights(stack, headWeight);
    TensorList inputs =
        new TensorList(
            List.of(
                inputScale, input.weight(), input.bias(), positions, headBias, codebooks.array()));
    NDArray zero = Torch.longs(codebooks.array().getManager(), new int[] {0}, 1);
    return new Decoder() {
      private final Map<Integer, CausalSteps> all = new HashMap<>(); // by rows

      @Override
      public void begin(int rows) {
        all.computeIfAbsent(
            rows, n -> new CausalSteps(stack, weights, modulation, rotary, n).keep());
      }

      @Override
      public Drawn draw(
          NDArray hidden,
          NDArray sums,
          NDArray sample,
          NDArray position,
          Noise noise,
          NDArray weight) {
        NDArray uniform =
            Keys.of(noise.fork("code"), sample, position, zero).uniforms(tokens.depth());
        NDList drawn =
            all.get((int) hidden.getShape().get(0))
                .depths(hidden, sums, inputs, uniform, weight, draw.temperature(), draw.topP());
        return new Drawn(drawn.get(0), drawn.get(1));
      }

      @Override
      public void close() {
        all.values().forEach(CausalSteps::close);
        inputs.close();
        weights.close();
        zero.close();
      }
    };
  }
}
