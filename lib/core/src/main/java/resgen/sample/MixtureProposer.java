package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import resgen.head.MixtureHead;
import resgen.model.ResGenNetwork;
import resgen.model.TokenShape;
import resgen.quantize.Codebooks;
import resgen.torch.Breaks;
import resgen.torch.Phases;
import resgen.torch.Torch;

/**
 * ResGen's proposals: z is drawn from the mixture and quantized through the masked depths; the
 * confidence is one of the readings of {@link Reveal}.
 */
final class MixtureProposer implements Proposer {

  private final ResGenNetwork network;
  private final Sampling settings;
  private final TokenShape shape;
  private final double[] sigma;

  MixtureProposer(ResGenNetwork network, Sampling settings) {
    this.network = network;
    this.settings = settings;
    shape = network.settings().tokens();
    float[] deviations = network.codebooks().sigma();
    sigma = new double[deviations.length];
    for (int j = 0; j < sigma.length; j++) {
      sigma[j] = deviations[j];
    }
  }

  @Override
  public Proposal propose(Wanted wanted) {
    NDManager manager = network.manager();
    NDArray z = draw(manager, wanted); // [N, H]
    Breaks.here();
    Phases.enter("requantize");
    NDArray seen = wanted.seen();
    Codebooks.Encoded encoded = network.codebooks().encode(z, seen);
    return new Proposal(encoded.codes().toLongArray(), terms(z, seen, encoded)); // [N, D]
  }

  private NDArray draw(NDManager manager, Wanted wanted) {
    int h = shape.dimension();
    int size = wanted.size();
    float[] uniform = new float[size];
    float[] normal = new float[size * h];
    int[] level = new int[size];
    float[] components = new float[0]; // of a sample
    float[] gaussians = new float[0];
    int l = shape.positions();
    for (int n = 0; n < size; n++) {
      int row = wanted.rows()[n];
      int sample = row / l;
      if (n == 0 || sample != wanted.rows()[n - 1] / l) {
        components = wanted.keys().stream("component", sample).uniforms(l);
        gaussians = wanted.keys().stream("gaussian", sample).gaussians(l * h);
      }
      uniform[n] = components[row % l];
      System.arraycopy(gaussians, row % l * h, normal, n * h, h);
      level[n] = shape.depth() - wanted.shallowest()[n] - 1;
    }
    Phases.enter("draw");
    MixtureHead.Draw draw =
        network
            .head()
            .draw(
                wanted.hidden(),
                Torch.longs(manager, level, size),
                Torch.floats(manager, uniform, size),
                Torch.floats(manager, normal, size, h),
                settings.draw().topP(),
                settings.draw().noiseScale());
    return draw.z();
  }

  private float[] terms(NDArray z, NDArray seen, Codebooks.Encoded encoded) {
    Reveal reveal = settings.order().reveal();
    if (!reveal.usesConfidence()) {
      return null;
    }
    return reveal == Reveal.POSTERIOR
        ? network.codebooks().posterior(z, seen).toFloatArray()
        : reveal.terms(encoded.errors().toFloatArray(), sigma, shape.dimension(), null);
  }

  @Override
  public int confidenceTerms() {
    return shape.dimension();
  }

  /** Mixture weights, shift and scale, the picked mean, and the distances to all codes. */
  @Override
  public double flops(int depths) {
    int k = network.settings().mixture().components();
    int h = shape.dimension();
    int mean = network.settings().mixture().meanOutputs(h);
    double width = network.settings().backbone().width();
    double quantizer = (double) depths * shape.codes() * h;
    return 2 * shape.positions() * (width * (k + mean + h + 1) + quantizer);
  }
}
