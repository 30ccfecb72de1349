package resgen.sample;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import resgen.head.MixtureHead;
import resgen.mask.UnmaskPlan;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.noise.Noise;
import resgen.reference.RevealOrder;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * Algorithm 2 in plain Java, one sample at a time: two network calls with guidance, everything
 * after the network by loops in double precision. Order by distance only.
 */
final class ReferenceSampler {

  private final MaskedModel network;
  private final Sampling settings;
  private final TokenSpec shape;
  private final float[] books;
  private final float[] sigma;
  private Trajectory.Recorder recorder;

  ReferenceSampler(MaskedModel network, Sampling settings) {
    this.network = network;
    this.settings = settings;
    shape = network.spec().tokens();
    books = network.codebooks().array().toFloatArray();
    sigma = network.codebooks().sigma();
  }

  /** The codes of sample {@code index}, {@code [L, D]}. */
  int[] sample(int label, long index) {
    recorder = Trajectory.record(shape.positions(), shape.depth());
    int d = shape.depth();
    UnmaskPlan plan = settings.plan(shape.tokens());
    int[] codes = new int[shape.tokens()];
    Arrays.fill(codes, -1);
    int[] visible = new int[shape.positions()];
    for (int t = 1; t <= plan.steps(); t++) {
      if (!plan.isCall(t)) {
        continue;
      }
      Noise noise = Noise.of(settings.seed());
      float[] uniform = noise.fork("component").stream(index, t).uniforms(shape.positions());
      float[] gaussian =
          noise.fork("gaussian").stream(index, t).gaussians(shape.positions() * shape.dimension());
      double w = settings.guidance().at(t, plan.steps());
      float[][] hidden = guided(codes, visible, label, w);
      int[] proposal = new int[shape.tokens()];
      float[] terms = new float[shape.tokens()];
      for (int p = 0; p < shape.positions(); p++) {
        if (visible[p] < d) {
          int h = shape.dimension();
          float[] own = Arrays.copyOfRange(gaussian, p * h, (p + 1) * h);
          double[] z = draw(hidden[p], d - visible[p] - 1, uniform[p], own);
          quantize(z, p, visible[p], proposal, terms);
        }
      }
      double tau = settings.order().temperature(shape.dimension());
      int[] after =
          RevealOrder.valueOf(settings.order().reveal().name())
              .next(
                  visible,
                  d,
                  terms,
                  plan.maskedAfter(t),
                  tau,
                  noise.fork("reveal").stream(index, t));
      for (int p = 0; p < shape.positions(); p++) {
        for (int j = visible[p]; j < after[p]; j++) {
          codes[p * d + j] = proposal[p * d + j];
        }
      }
      recorder.add(t, after, terms);
      visible = after;
    }
    return codes;
  }

  /** How the last sample was made. */
  Trajectory trajectory() {
    return recorder.done();
  }

  private float[][] guided(int[] codes, int[] visible, int label, double w) {
    float[][] conditional = hidden(codes, visible, label);
    float[][] unconditional = hidden(codes, visible, MadeUp.CLASSES);
    for (int p = 0; p < conditional.length; p++) {
      for (int k = 0; k < conditional[p].length; k++) {
        conditional[p][k] += (float) (w * (conditional[p][k] - unconditional[p][k]));
      }
    }
    return conditional;
  }

  /** The network's hidden states for one sample, {@code [L][W]}. */
  float[][] hidden(int[] codes, int[] visible, int label) {
    int l = shape.positions();
    int h = shape.dimension();
    float[] sums = new float[l * h];
    for (int p = 0; p < l; p++) {
      for (int j = 0; j < visible[p]; j++) {
        for (int k = 0; k < h; k++) {
          sums[p * h + k] += entry(j, codes[p * shape.depth() + j], k);
        }
      }
    }
    float[] all =
        Torch.scoped(
            () ->
                network
                    .hidden(
                        Torch.floats(network.manager(), sums, 1, l, h),
                        MadeUp.prefixes(network.manager(), visible, l, shape.depth()),
                        MadeUp.conditions(network, label),
                        null,
                        false)
                    .toFloatArray());
    int w = all.length / l;
    return IntStream.range(0, l)
        .mapToObj(p -> Arrays.copyOfRange(all, p * w, (p + 1) * w))
        .toArray(float[][]::new);
  }

  private float entry(int depth, int code, int k) {
    return books[(depth * shape.codes() + code) * shape.dimension() + k];
  }

  /** One position's distribution in plain arrays. */
  record Plain(double[] weights, float[] means, float[] shift, double scale) {}

  Plain distribution(float[] hidden, int level) {
    return Torch.scoped(
        () -> {
          NDArray x = Torch.floats(network.manager(), hidden, 1, hidden.length);
          NDArray at = Torch.longs(network.manager(), new int[] {level}, 1);
          MixtureHead.Distribution p = ((MixtureHead) network.head()).distribution(x, at);
          float[] logs = p.logWeights().toFloatArray();
          double[] weights = IntStream.range(0, logs.length).mapToDouble(i -> logs[i]).toArray();
          Arrays.setAll(weights, i -> Math.exp(weights[i]));
          return new Plain(
              weights,
              p.means().toFloatArray(),
              p.shift().toFloatArray(),
              Math.exp(p.logScale().toFloatArray()[0]));
        });
  }

  private double[] draw(float[] hidden, int level, double uniform, float[] gaussian) {
    Plain p = distribution(hidden, level);
    int v = component(p.weights, uniform);
    double[] z = new double[shape.dimension()];
    for (int k = 0; k < z.length; k++) {
      double spread = settings.draw().noiseScale() * gaussian[k];
      z[k] = p.scale * (p.means[v * z.length + k] + spread) + p.shift[k];
    }
    return z;
  }

  private int component(double[] weights, double uniform) {
    boolean ranked = settings.draw().topP() < 1;
    int[] order =
        IntStream.range(0, weights.length)
            .boxed()
            .sorted(Comparator.comparingDouble(v -> ranked ? -weights[v] : v))
            .mapToInt(v -> v)
            .toArray();
    int kept = 0;
    double mass = 0;
    while (kept < order.length && (mass < settings.draw().topP() || !ranked)) {
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

  /** Nearest codes of the masked depths, and what their distances say. */
  void quantize(double[] z, int position, int visible, int[] codes, float[] terms) {
    double[] residual = z.clone();
    for (int j = visible; j < shape.depth(); j++) {
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int v = 0; v < shape.codes(); v++) {
        double distance = 0;
        for (int k = 0; k < residual.length; k++) {
          distance += Math.pow(residual[k] - entry(j, v, k), 2);
        }
        if (distance < least) {
          least = distance;
          best = v;
        }
      }
      for (int k = 0; k < residual.length; k++) {
        residual[k] -= entry(j, best, k);
      }
      codes[position * shape.depth() + j] = best;
      terms[position * shape.depth() + j] = (float) (-least / (2.0 * sigma[j] * sigma[j]));
    }
  }
}
