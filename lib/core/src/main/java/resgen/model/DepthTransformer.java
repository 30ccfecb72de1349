package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import resgen.nn.CausalSteps;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.TensorList;

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

  /**
   * Makes ready to draw; the parameters must not change meanwhile.
   *
   * @param inputScale the factor of embedding sums, {@code [1]}
   * @param codebooks of the tokens
   */
  Drawing drawing(NDArray inputScale, Codebooks codebooks) {
    return new Drawing(inputScale, codebooks);
  }

  /** What draws the codes of positions, all depths of one in a kernel call. */
  public final class Drawing implements AutoCloseable {
    private final TensorList weights;
    private final TensorList inputs;
    private CausalSteps steps;

    private Drawing(NDArray inputScale, Codebooks codebooks) {
      weights = stack.weights(headWeight);
      inputs =
          new TensorList(
              List.of(
                  inputScale,
                  input.weight(),
                  input.bias(),
                  positions,
                  headBias,
                  codebooks.array()));
    }

    /** Prepares for a batch; what it makes lives as long as the scope it is called in. */
    public void begin(int rows) {
      steps = stack.steps(weights, modulation, rotary, rows);
    }

    /**
     * Draws the codes of one position: logits are divided by the temperature, then the likeliest
     * codes of mass {@code topP} are kept, the one that crosses the threshold included.
     *
     * @param hidden {@code [B, W]}, or {@code [2·B, W]} with guidance, the second half without
     *     class
     * @param sums receives the embedding sums, {@code [B, H]} or {@code [2·B, H]}
     * @param uniform numbers in [0, 1), {@code [B, D]}
     * @param guidance weight w of logits c + w·(c − u); unused without a second half
     * @return codes, {@code [B, D]} int64
     */
    public NDArray draw(
        NDArray hidden,
        NDArray sums,
        NDArray uniform,
        double guidance,
        double temperature,
        double topP) {
      return steps.depths(hidden, sums, inputs, uniform, guidance, temperature, topP);
    }

    @Override
    public void close() {
      inputs.close();
      weights.close();
    }
  }

  /** Floating-point operations of one position's matrix products. */
  double flops(TokenShape tokens) {
    double d = tokens.depth();
    double ends = 2.0 * d * (tokens.dimension() + tokens.codes()) * sizes.width();
    return ends + sizes.flops(d, d * (d + 1) / 2);
  }

  private NDArray features(NDArray hidden, NDArray prefixes, boolean training) {
    NDArray x = input.apply(prefixes).add(positions).add(hidden.expandDims(1)); // [N, D, W]
    return stack.apply(x, modulation, rotary, training);
  }
}
