package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import resgen.head.MixtureHead;
import resgen.mask.UnmaskPlan;
import resgen.model.ArResGenNetwork;
import resgen.quantize.Codebooks;
import resgen.torch.Breaks;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * AR-ResGen: the depths of a position are unmasked in a few iterations, coarse before fine. Each
 * draws the sum of the masked embeddings, quantizes it from the coarsest masked depth on, and
 * reveals as many as the schedule says, which here runs over D alone; the codes beyond would be
 * thrown away and are not computed.
 */
final class MixtureDraw implements DepthDraw {

  private final ArResGenNetwork network;
  private final Sampling.Draw settings;
  private final UnmaskPlan plan;
  private final TensorList weights;

  MixtureDraw(ArResGenNetwork network, Sampling settings) {
    this.network = network;
    this.settings = settings.draw();
    Sampling.Pace pace = settings.pace();
    int depth = network.settings().tokens().depth();
    plan = UnmaskPlan.of(pace.schedule(), pace.steps(), depth, true, true);
    weights = network.mlpWeights();
  }

  @Override
  public void begin(int rows) {}

  @Override
  public NDArray draw(NDArray hidden, NDArray sums, Keys streams, double weight) {
    int depth = plan.tokens();
    int n = streams.size();
    boolean guided = hidden.getShape().get(0) > n;
    NDArray visible = sums.zerosLike(); // [B or 2·B, H]
    NDList codes = new NDList();
    for (int t = 1; t <= plan.steps(); t++) {
      if (plan.isCall(t)) {
        Breaks.here();
        int level = plan.maskedAfter(t - 1) - 1;
        NDArray x = network.features(hidden, visible, level, weights);
        NDArray z = z(guided ? guide(x, n, weight) : x, level, streams, t); // [B, H]
        Codebooks.Part part =
            network
                .codebooks()
                .encode(z, depth - plan.maskedAfter(t - 1), depth - plan.maskedAfter(t));
        codes.add(part.codes());
        visible = visible.add(guided ? part.sum().concat(part.sum(), 0) : part.sum());
      }
    }
    Torch.copy(visible, sums);
    return NDArrays.concat(codes, 1);
  }

  private static NDArray guide(NDArray x, int n, double weight) {
    NDArray conditional = x.get(":" + n);
    return conditional.add(conditional.sub(x.get(n + ":")).mul((float) weight));
  }

  private NDArray z(NDArray y, int level, Keys streams, int iteration) {
    int h = network.settings().tokens().dimension();
    int n = streams.size();
    float[] uniform = new float[n];
    float[] gaussian = new float[n * h];
    for (int i = 0; i < n; i++) {
      uniform[i] = streams.of("component", i, iteration).uniforms(1)[0];
      System.arraycopy(streams.of("gaussian", i, iteration).gaussians(h), 0, gaussian, i * h, h);
    }
    NDManager manager = network.manager();
    int[] levels = new int[n];
    Arrays.fill(levels, level);
    MixtureHead.Draw drawn =
        network
            .head()
            .draw(
                y,
                Torch.longs(manager, levels, n),
                Torch.floats(manager, uniform, n),
                Torch.floats(manager, gaussian, n, h),
                settings.topP(),
                settings.noiseScale());
    return drawn.z();
  }

  @Override
  public int calls() {
    return plan.calls();
  }

  @Override
  public double flops(boolean guided) {
    return network.flops(plan.calls(), guided);
  }

  @Override
  public void close() {
    weights.close();
  }
}
