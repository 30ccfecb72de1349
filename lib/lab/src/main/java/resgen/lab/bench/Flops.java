package resgen.lab.bench;

import resgen.model.Conditioning;
import resgen.model.ResGenSettings;
import resgen.model.TokenShape;
import resgen.sample.Sampling;

/**
 * Floating-point operations of ResGen's matrix products, in closed form: a product of {@code [m,
 * k]} and {@code [k, n]} counts 2·m·k·n. Norms, activations and sums are left out.
 */
public record Flops(ResGenSettings settings) {

  private TokenShape tokens() {
    return settings.tokens();
  }

  private double width() {
    return settings.backbone().width();
  }

  /** The backbone's blocks: projections, MLP and attention of {@code samples} samples. */
  public double backbone(int samples) {
    double w = width();
    double l = tokens().positions();
    double projections = (8 + 4.0 * settings.backbone().expansion()) * w * w;
    double attention = 4 * l * w;
    return samples * l * settings.backbone().layers() * (projections + attention);
  }

  /** What comes before the blocks: cumulative embedding, mask state, shared modulation. */
  public double embedding(int samples) {
    double w = width();
    double l = tokens().positions();
    double state = (double) tokens().depth() * settings.conditioning().stateWidth();
    boolean perPosition = settings.conditioning().state() == Conditioning.State.MODULATION;
    double modulation = (perPosition ? l : 1) * 2 * (4 + 32) * w * w;
    return samples * (l * 2 * w * (tokens().dimension() + state) + modulation);
  }

  /** One network call, up to the hidden states. */
  public double hidden(int samples) {
    return embedding(samples) + backbone(samples);
  }

  /** The head's affine layer, whole, at every position. */
  public double head(int samples) {
    double k = settings.mixture().components();
    double d = settings.mixture().meanOutputs(tokens().dimension());
    double out = k + k * d + tokens().dimension() + 1;
    return samples * tokens().positions() * 2 * width() * out;
  }

  /**
   * A training step: the forward pass, and twice as much for the gradients of weights and inputs.
   * The head's distances are left out.
   */
  public double trainingStep(int samples) {
    return 3 * (hidden(samples) + head(samples));
  }

  /** Network calls one after another for a sample. */
  public int calls(Sampling sampling) {
    return sampling.plan(tokens().tokens()).calls();
  }

  /**
   * The network's share of sampling: calls, twice each with guidance, up to the hidden states. The
   * depth D enters through the mask state alone.
   */
  public double sampling(Sampling sampling, int samples) {
    int steps = sampling.pace().steps();
    double total = 0;
    for (int t = 1; t <= steps; t++) {
      if (sampling.plan(tokens().tokens()).isCall(t)) {
        total += hidden(sampling.guidance().at(t, steps) == 0 ? samples : 2 * samples);
      }
    }
    return total;
  }

  /** Quantizing vectors through all depths. */
  public double quantize(int vectors) {
    return quantize(vectors, tokens().depth(), tokens().codes(), tokens().dimension());
  }

  /** Quantizing vectors through D depths of V codes of dimension H. */
  public static double quantize(int vectors, int depth, int codes, int dimension) {
    return 2.0 * vectors * depth * codes * dimension;
  }
}
