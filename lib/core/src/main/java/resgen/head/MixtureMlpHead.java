package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import resgen.nn.Linear;
import resgen.nn.MlpStack;
import resgen.nn.Parameters;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.quantize.TokenStatistics;
import resgen.token.TokenSpec;
import resgen.torch.Breaks;
import resgen.torch.Kernel;
import resgen.torch.TensorList;
import resgen.torch.Torch;
import resgen.train.Trainable;

/**
 * AR-ResGen's head: an MLP of the position's hidden state and the sum of its visible embeddings,
 * and a mixture of Gaussians over the sum of its masked embeddings (paper, comparison of depth
 * modelling). Decoding unmasks a position's depths in a few iterations, coarse before fine.
 */
public final class MixtureMlpHead implements Decoder.Of {

  private final TokenSpec tokens;
  private final HeadSpec.MixtureMlp settings;
  private final int width;
  private final Codebooks codebooks; // null in a plan
  private final NDArray inputScale; // [1]
  private final Linear visible;
  private final MlpStack mlp;
  private final SumHead mixture;

  /** Declares the parts {@code mlp} and {@code head}. */
  MixtureMlpHead(HeadSpec.Context c, HeadSpec.MixtureMlp settings) {
    this.settings = settings;
    tokens = c.tokens();
    codebooks = c.codebooks();
    inputScale = c.inputScale();
    width = c.backbone().width();
    Parameters depth = c.parameters().scope("mlp");
    visible = new Linear(depth.scope("sum"), tokens.dimension(), width, c.precision());
    mlp = new MlpStack(depth, settings.mlp(), width, tokens.depth(), c.precision());
    mixture = settings.mixture().build(c);
  }

  /**
   * What the mixture reads at N positions.
   *
   * @param hidden the backbone's hidden states, {@code [N, W]}
   * @param visibleSum sum of the visible embeddings of the position itself, {@code [N, H]}
   * @param level number of its masked depths less one, {@code [N]} int64
   * @return {@code [N, W]}
   */
  public NDArray features(NDArray hidden, NDArray visibleSum, NDArray level) {
    return mlp.apply(visible.apply(visibleSum.mul(inputScale)).add(hidden), level);
  }

  private NDArray features(NDArray hidden, Target target) {
    NDArray level = target.mask().level().reshape(-1);
    return features(Target.rows(hidden), Target.rows(target.visibleSum()), level)
        .reshape(hidden.getShape());
  }

  @Override
  public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
    return mixture.loss(features(hidden, target), target, how);
  }

  @Override
  public NDArray likelihood(NDArray hidden, Target target) {
    return mixture.likelihood(features(hidden, target), target);
  }

  @Override
  public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
    return mixture.draw(features(hidden, target), target, how, keys);
  }

  @Override
  public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    int n = (int) hidden.getShape().get(0);
    NDArray none = hidden.getManager().zeros(new Shape(n, tokens.dimension()));
    int[] level = new int[n];
    Arrays.fill(level, tokens.depth() - 1);
    NDArray x = features(hidden, none, Torch.longs(hidden.getManager(), level, n));
    return mixture.firstCode(x, noiseScale, seed);
  }

  @Override
  public void start(TokenStatistics statistics) {
    mixture.start(statistics);
  }

  /** The mixture. */
  public SumHead mixture() {
    return mixture;
  }

  @Override
  public int confidenceTerms() {
    return mixture.confidenceTerms();
  }

  @Override
  public double flops(int positions, int depths) {
    return positions * (decodeFlops(1) + drawFlops(1));
  }

  @Override
  public int calls(int[] masked) {
    return masked.length - 1;
  }

  @Override
  public double decodeFlops(int calls) {
    double w = width;
    double blocks = 4.0 * settings.mlp().blocks() * settings.mlp().expansion() * w * w;
    return calls * (2 * tokens.dimension() * w + blocks);
  }

  /** {@inheritDoc} The mixture's draws, and one quantization through all depths. */
  @Override
  public double drawFlops(int calls) {
    return calls * mixture.drawFlops() + 2.0 * tokens.depth() * tokens.codes() * tokens.dimension();
  }

  @Override
  public Decoder decoder(Draw draw, int[] masked) {
    TensorList weights = mlp.weights();
    int d = tokens.depth();
    NDArray numbers = // of iterations and levels, {@code [D + 1]}
        codebooks
            .array()
            .getManager()
            .arange(0, Math.max(d, masked.length) + 1, 1, ai.djl.ndarray.types.DataType.INT64);
    return new Decoder() {
      @Override
      public void begin(int rows) {}

      @Override
      public Drawn draw(
          NDArray hidden,
          NDArray sums,
          NDArray sample,
          NDArray position,
          Noise noise,
          NDArray weight) {
        int n = (int) sample.size();
        boolean guided = hidden.getShape().get(0) > n;
        NDArray seen = sums.zerosLike(); // [B or 2·B, H]
        NDList codes = new NDList();
        NDList values = new NDList();
        for (int t = 1; t < masked.length; t++) {
          Breaks.here();
          int level = masked[t - 1] - 1;
          NDArray x = mlp.single(hidden, seen, inputScale, visible, level, weights);
          if (guided) {
            x = Kernel.of("reduce").call("guide", x, n, weight).head(); // [B, W]
          }
          Keys keys = Keys.of(noise, sample, position, number(t));
          SumHead.Step part =
              mixture.step(
                  x,
                  number(level).broadcast(new Shape(n)),
                  d - masked[t - 1],
                  d - masked[t],
                  draw,
                  keys);
          codes.add(part.codes());
          values.add(part.values());
          seen = seen.add(guided ? part.sum().concat(part.sum(), 0) : part.sum());
        }
        Torch.copy(seen, sums);
        return new Drawn(NDArrays.concat(codes, 1), NDArrays.concat(values, 1));
      }

      private NDArray number(int i) {
        return numbers.get(i + ":" + (i + 1));
      }

      @Override
      public void close() {
        weights.close();
        numbers.close();
      }
    };
  }
}
