package resgen.model;

import ai.djl.ndarray.NDArray;
import resgen.head.MixtureHead;
import resgen.nn.Linear;
import resgen.nn.MlpStack;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.torch.Precision;
import resgen.torch.TensorList;

/**
 * AR-ResGen's network: RQ-Transformer's causal transformer over positions, and in place of its
 * transformer over depths an MLP and a mixture of Gaussians over the sum of a position's masked
 * embeddings (paper, the comparison of depth modelling; method: family).
 */
public final class ArResGenNetwork extends DeclaredNetwork<ArResGenSettings> {

  private final CausalBackbone backbone;
  private final Linear visible;
  private final MlpStack mlp;
  private final MixtureHead head;

  /**
   * Declares the network.
   *
   * @param codebooks the frozen codebooks of its tokens; null in a plan
   */
  public ArResGenNetwork(Parameters parameters, ArResGenSettings settings, Codebooks codebooks) {
    super(parameters, settings, codebooks);
    TokenShape t = settings.tokens();
    Precision precision = precision(parameters, settings.precision());
    int w = settings.backbone().width();
    backbone = new CausalBackbone(parameters, t, settings.backbone(), precision);
    Parameters depth = parameters.scope("mlp");
    visible = new Linear(depth.scope("sum"), t.dimension(), w, precision);
    mlp = new MlpStack(depth, settings.mlp(), w, t.depth(), precision);
    head =
        new MixtureHead(
            parameters.scope("head"), settings.mixture(), w, t.dimension(), t.depth(), precision);
  }

  /**
   * What the head reads at N positions.
   *
   * @param hidden the backbone's hidden states, {@code [N, W]}
   * @param visibleSum sum of the visible embeddings of the position itself, {@code [N, H]}
   * @param level number of its masked depths less one, {@code [N]} int64
   * @return {@code [N, W]}
   */
  public NDArray features(NDArray hidden, NDArray visibleSum, NDArray level) {
    NDArray x = visible.apply(visibleSum.mul(backbone.inputScale())).add(hidden);
    return mlp.apply(x, level);
  }

  /** The MLP's matrices for {@link #features(NDArray, NDArray, int, TensorList)}. */
  public TensorList mlpWeights() {
    return mlp.weights();
  }

  /**
   * What the head reads at positions of the same level, in one kernel call without gradients.
   *
   * @param weights of {@link #mlpWeights()}
   */
  public NDArray features(NDArray hidden, NDArray visibleSum, int level, TensorList weights) {
    return mlp.single(hidden, visibleSum, backbone.inputScale(), visible, level, weights);
  }

  /**
   * Floating-point operations of one sample's matrix products, two for each multiply-add: network,
   * head as drawn, and quantization.
   *
   * @param iterations over depth, of each position
   * @param guided whether the network runs with and without class
   */
  public double flops(int iterations, boolean guided) {
    TokenShape t = settings().tokens();
    double w = settings().backbone().width();
    double blocks = 4.0 * settings().mlp().blocks() * settings().mlp().expansion() * w * w;
    double each = 2 * t.dimension() * w + blocks;
    double quantization = 2.0 * t.depth() * t.codes() * t.dimension();
    double network = backbone.flops() + (double) t.positions() * iterations * each;
    return (guided ? 2 : 1) * network
        + t.positions() * (iterations * head.drawFlops() + quantization);
  }

  /**
   * Starts what depends on the data: the input's scale and, with anchored means, the head.
   *
   * @param statistics of the tokens to be learnt
   */
  public void start(TokenStatistics statistics) {
    backbone.start(statistics);
    statistics.start(head);
  }

  /** The part over positions. */
  public CausalBackbone backbone() {
    return backbone;
  }

  /** The head. */
  public MixtureHead head() {
    return head;
  }
}
