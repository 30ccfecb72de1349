package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import resgen.head.DepthTransformerHead;
import resgen.head.Draw;
import resgen.head.MixtureHead;
import resgen.head.MixtureMlpHead;
import resgen.mask.UnmaskPlan;
import resgen.model.CausalModel;
import resgen.model.MadeUp;
import resgen.noise.Noise;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * Autoregressive sampling one sample at a time, the whole network anew for every position, nothing
 * kept; everything after the network by loops in double precision.
 */
final class CausalReference {

  private CausalReference() {}

  /** The codes of sample {@code index}, {@code [L, D]}. */
  static int[] sample(CausalModel network, Sampling settings, int label, long index) {
    return network.head() instanceof DepthTransformerHead
        ? byDepth(network, settings, label, index)
        : iterated(network, settings, label, index);
  }

  private static int[] byDepth(CausalModel network, Sampling settings, int label, long index) {
    TokenSpec shape = network.spec().tokens();
    int d = shape.depth();
    int[] codes = new int[shape.tokens()];
    for (int t = 0; t < codes.length; t++) {
      int p = t / d;
      double w = settings.guidance().at(p + 1, shape.positions());
      double[] logits = logits(network, codes, label, t);
      double[] without = logits(network, codes, MadeUp.CLASSES, t);
      for (int v = 0; v < logits.length; v++) {
        logits[v] = (logits[v] + w * (logits[v] - without[v])) / settings.draw().temperature();
      }
      double most = Arrays.stream(logits).max().orElseThrow();
      double sum = Arrays.stream(logits).map(x -> Math.exp(x - most)).sum();
      double[] weights = Arrays.stream(logits).map(x -> Math.exp(x - most) / sum).toArray();
      float uniform = Noise.of(settings.seed()).fork("code").stream(index, p, 0).uniforms(d)[t % d];
      boolean ranked = settings.draw().topP() < 1;
      codes[t] = pick(weights, settings.draw().topP(), uniform, ranked);
    }
    return codes;
  }

  private static double[] logits(CausalModel network, int[] codes, int label, int t) {
    TokenSpec shape = network.spec().tokens();
    float[] all = Torch.scoped(() -> MadeUp.logits(network, codes, label).toFloatArray());
    double[] own = new double[shape.codes()];
    Arrays.setAll(own, v -> all[t * own.length + v]);
    return own;
  }

  /** By inverse of the cumulative sum, over the likeliest of mass top-p. */
  private static int pick(double[] weights, double topP, double uniform, boolean ranked) {
    int[] order =
        IntStream.range(0, weights.length)
            .boxed()
            .sorted(Comparator.comparingDouble(v -> ranked ? -weights[v] : v))
            .mapToInt(v -> v)
            .toArray();
    int kept = 0;
    double mass = 0;
    while (kept < order.length && (mass < topP || !ranked)) {
      mass += weights[order[kept++]];
    }
    double sum = 0;
    for (int n = 0; n < kept; n++) {
      sum += weights[order[n]];
      if (sum > uniform * mass) {
        return order[n];
      }
    }
    return order[kept - 1];
  }

  private static int[] iterated(CausalModel network, Sampling settings, int label, long index) {
    TokenSpec shape = network.spec().tokens();
    int d = shape.depth();
    UnmaskPlan plan =
        UnmaskPlan.of(settings.pace().schedule(), settings.pace().steps(), d, true, true);
    float[] books = network.codebooks().array().toFloatArray();
    int[] codes = new int[shape.tokens()];
    for (int p = 0; p < shape.positions(); p++) {
      double w = settings.guidance().at(p + 1, shape.positions());
      for (int t = 1; t <= plan.steps(); t++) {
        if (plan.isCall(t)) {
          int seen = d - plan.maskedAfter(t - 1);
          Noise noise = Noise.of(settings.seed());
          float uniform = noise.fork("component").stream(index, p, t).uniforms(1)[0];
          Noise.Stream gaussian = noise.fork("gaussian").stream(index, p, t);
          float[] x = features(network, codes, p, seen, label);
          float[] u = features(network, codes, p, seen, MadeUp.CLASSES);
          for (int k = 0; k < x.length; k++) {
            x[k] += (float) (w * (x[k] - u[k]));
          }
          double[] z = draw(network, settings.draw(), x, d - seen - 1, uniform, gaussian);
          quantize(books, shape, z, p, seen, d - plan.maskedAfter(t), codes);
        }
      }
    }
    return codes;
  }

  private static float[] features(
      CausalModel network, int[] codes, int position, int seen, int label) {
    TokenSpec shape = network.spec().tokens();
    NDManager manager = network.manager();
    return Torch.scoped(
        () -> {
          NDArray all = Torch.longs(manager, codes, shape.positions(), shape.depth());
          NDArray prefixes = network.codebooks().prefixes(all); // [L, D + 1, H]
          NDArray hidden =
              MadeUp.hidden(network, codes, new int[shape.positions()], label)
                  .get(position + ":" + (position + 1)); // [1, W]
          NDArray level = Torch.longs(manager, new int[] {shape.depth() - seen - 1}, 1);
          NDArray visible = prefixes.get(position + ":" + (position + 1) + ", " + seen);
          return ((MixtureMlpHead) network.head()).features(hidden, visible, level).toFloatArray();
        });
  }

  private static double[] draw(
      CausalModel network,
      Draw settings,
      float[] x,
      int level,
      float uniform,
      Noise.Stream gaussian) {
    NDManager manager = network.manager();
    int h = network.spec().tokens().dimension();
    return Torch.scoped(
        () -> {
          MixtureHead.Distribution p =
              MadeUp.mixture(network)
                  .distribution(
                      Torch.floats(manager, x, 1, x.length),
                      Torch.longs(manager, new int[] {level}, 1));
          float[] logs = p.logWeights().toFloatArray();
          double[] weights = new double[logs.length];
          Arrays.setAll(weights, v -> Math.exp(logs[v]));
          int v = pick(weights, settings.topP(), uniform, settings.topP() < 1);
          double a = Math.exp(p.logScale().toFloatArray()[0]);
          float[] means = p.means().toFloatArray();
          float[] shift = p.shift().toFloatArray();
          double[] z = new double[h];
          for (int k = 0; k < h; k++) {
            double spread = settings.noiseScale() * gaussian.nextGaussian();
            z[k] = a * (means[v * h + k] + spread) + shift[k];
          }
          return z;
        });
  }

  /** Nearest codes of depths {@code from … to − 1}. */
  private static void quantize(
      float[] books, TokenSpec shape, double[] z, int position, int from, int to, int[] codes) {
    double[] residual = z.clone();
    int h = shape.dimension();
    for (int j = from; j < to; j++) {
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int v = 0; v < shape.codes(); v++) {
        double distance = 0;
        for (int k = 0; k < h; k++) {
          distance += Math.pow(residual[k] - books[(j * shape.codes() + v) * h + k], 2);
        }
        if (distance < least) {
          least = distance;
          best = v;
        }
      }
      for (int k = 0; k < h; k++) {
        residual[k] -= books[(j * shape.codes() + best) * h + k];
      }
      codes[position * shape.depth() + j] = best;
    }
  }
}
