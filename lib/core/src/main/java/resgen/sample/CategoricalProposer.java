package resgen.sample;

import ai.djl.ndarray.NDManager;
import resgen.head.CategoricalHead;
import resgen.model.CategoricalNetwork;
import resgen.model.TokenShape;
import resgen.torch.Phases;
import resgen.torch.Torch;

/**
 * Proposals of categorical heads: codes are drawn at all wanted depths in parallel; the confidence
 * of a code, for any order but the random one, is the log-probability that the head gave it, after
 * guidance and before temperature and filter.
 */
final class CategoricalProposer implements Proposer {

  private final CategoricalNetwork<?> network;
  private final Sampling settings;
  private final TokenShape shape;

  CategoricalProposer(CategoricalNetwork<?> network, Sampling settings) {
    this.network = network;
    this.settings = settings;
    shape = network.settings().tokens();
  }

  @Override
  public Proposal propose(Wanted wanted) {
    int k = wanted.depths();
    float[] uniform = new float[wanted.size() * k];
    int l = shape.positions();
    float[] all = new float[0]; // of a sample
    for (int n = 0; n < wanted.size(); n++) {
      int row = wanted.rows()[n];
      if (n == 0 || row / l != wanted.rows()[n - 1] / l) {
        all = wanted.keys().stream("code", row / l).uniforms(l * k);
      }
      System.arraycopy(all, row % l * k, uniform, n * k, k);
    }
    Phases.enter("draw");
    NDManager manager = network.manager();
    CategoricalHead.Draw draw =
        network
            .head()
            .draw(
                wanted.hidden(),
                Torch.floats(manager, uniform, wanted.size(), k),
                wanted.first(),
                settings.draw().topP(),
                settings.draw().temperature());
    boolean confidence = settings.order().reveal().usesConfidence();
    return new Proposal(
        draw.codes().toLongArray(), confidence ? draw.logProbability().toFloatArray() : null);
  }

  @Override
  public int confidenceTerms() {
    return 1;
  }

  @Override
  public double flops(int depths) {
    double outputs = (double) depths * shape.codes();
    return 2 * shape.positions() * outputs * network.settings().backbone().width();
  }
}
