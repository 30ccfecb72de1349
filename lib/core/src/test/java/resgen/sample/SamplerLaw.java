package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import resgen.head.CategoricalHead;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * The exact law of stepwise sampling with categorical heads and two codes, by enumeration of all
 * states, proposals and choices of what is revealed. Nothing of the sampler is used but its steps.
 *
 * <p>A state is a number in base 3, a digit a token: 0 masked, 1 + code otherwise.
 */
final class SamplerLaw {

  private final MaskedModel network;
  private final Sampling settings;
  private final TokenSpec shape;
  private final int label;
  private final boolean free;

  SamplerLaw(MaskedModel network, Sampling settings, int label) {
    this.network = network;
    this.settings = settings;
    this.label = label;
    shape = network.spec().tokens();
    free = network.order().masks().equals(MaskLaw.uniform());
  }

  /** Probabilities of all samples; token t of sample c is bit t. */
  double[] of(Steps steps) {
    Map<Integer, Double> now = Map.of(0, 1.0);
    for (Steps.Step step : steps.calls()) {
      Map<Integer, Double> next = new HashMap<>();
      double weight = settings.guidance().at(step.number(), steps.all());
      List<Integer> states = new ArrayList<>(now.keySet());
      double[][] logits = logits(states, weight);
      for (int s = 0; s < states.size(); s++) {
        spread(digits(states.get(s)), now.get(states.get(s)), logits[s], step, next);
      }
      now = next;
    }
    double[] shares = new double[1 << shape.tokens()];
    now.forEach(
        (state, p) -> {
          int cell = 0;
          int[] digits = digits(state);
          for (int t = 0; t < digits.length; t++) {
            cell |= (digits[t] - 1) << t;
          }
          shares[cell] += p;
        });
    return shares;
  }

  private int[] digits(int state) {
    int[] digits = new int[shape.tokens()];
    for (int t = 0; t < digits.length; t++) {
      digits[t] = state % 3;
      state /= 3;
    }
    return digits;
  }

  private static int number(int[] digits) {
    int state = 0;
    for (int t = digits.length - 1; t >= 0; t--) {
      state = 3 * state + digits[t];
    }
    return state;
  }

  /** Guided logits of every state: {@code [S][L·D·2]}. */
  private double[][] logits(List<Integer> states, double weight) {
    double[][] conditional = logits(states, label);
    double[][] unconditional = logits(states, MadeUp.CLASSES);
    for (int s = 0; s < conditional.length; s++) {
      for (int k = 0; k < conditional[s].length; k++) {
        conditional[s][k] += weight * (conditional[s][k] - unconditional[s][k]);
      }
    }
    return conditional;
  }

  private double[][] logits(List<Integer> states, int of) {
    int n = states.size();
    int l = shape.positions();
    int d = shape.depth();
    int[] codes = new int[n * l * d];
    int[] visible = new int[n * l * d];
    int[] labels = new int[n];
    Arrays.fill(labels, of);
    for (int s = 0; s < n; s++) {
      int[] digits = digits(states.get(s));
      for (int t = 0; t < digits.length; t++) {
        codes[s * l * d + t] = Math.max(0, digits[t] - 1);
        visible[s * l * d + t] = digits[t] > 0 ? 1 : 0;
      }
    }
    NDManager manager = network.manager();
    float[] all =
        Torch.scoped(
            () -> {
              NDArray seen = MadeUp.flags(manager, visible, n, l, d);
              NDArray sums =
                  network
                      .codebooks()
                      .sums(
                          Torch.longs(manager, codes, (long) n * l, d),
                          seen.reshape((long) n * l, d))
                      .visible()
                      .reshape(n, l, shape.dimension());
              NDArray hidden =
                  network.hidden(sums, seen, MadeUp.conditions(network, labels), null, false);
              return ((CategoricalHead) network.head())
                  .logits(hidden.reshape((long) n * l, -1))
                  .toFloatArray();
            });
    double[][] out = new double[n][l * d * 2];
    for (int i = 0; i < all.length; i++) {
      out[i / (l * d * 2)][i % (l * d * 2)] = all[i];
    }
    return out;
  }

  /** Adds where one state goes. */
  private void spread(
      int[] digits, double p, double[] logits, Steps.Step step, Map<Integer, Double> next) {
    int d = shape.depth();
    int[] slots =
        java.util.stream.IntStream.range(0, digits.length)
            .filter(t -> digits[t] == 0)
            .filter(t -> t % d >= step.first() && t % d < step.first() + step.depths())
            .toArray();
    int reveal = slots.length - step.maskedAfter();
    for (int proposal = 0; proposal < 1 << slots.length; proposal++) {
      double chance = p;
      double[] logP = new double[slots.length];
      for (int i = 0; i < slots.length; i++) {
        int code = proposal >> i & 1;
        double difference = logits[2 * slots[i] + code] - logits[2 * slots[i] + 1 - code];
        logP[i] = -Math.log1p(Math.exp(-difference));
        chance *= drawn(difference);
      }
      double[] sets = chance > 0 ? sets(slots, logP, reveal) : new double[0];
      for (int set = 0; set < sets.length; set++) {
        if (sets[set] > 0) {
          next.merge(revealed(digits, slots, proposal, set), chance * sets[set], Double::sum);
        }
      }
    }
  }

  /** The probability of a code whose logit is so much above the other's. */
  private double drawn(double difference) {
    double p = 1 / (1 + Math.exp(-difference / settings.draw().temperature()));
    if (p > 0.5 && p >= settings.draw().topP()) {
      return 1;
    }
    return p < 0.5 && 1 - p >= settings.draw().topP() ? 0 : p;
  }

  /** Probabilities of the sets of slots with the largest scores; Plackett and Luce. */
  private double[] sets(int[] slots, double[] logP, int reveal) {
    double[] weights = new double[slots.length];
    double sum = 0;
    for (int i = 0; i < slots.length; i++) {
      boolean same = i > 0 && slots[i] / shape.depth() == slots[i - 1] / shape.depth();
      sum = same ? sum + logP[i] : logP[i];
      boolean random = settings.order().reveal() == Reveal.RANDOM;
      weights[i] = random ? 1 : Math.exp(sum / settings.order().temperature(1));
    }
    double[] chance = new double[1 << slots.length];
    double[] out = new double[1 << slots.length];
    chance[0] = 1;
    for (int set = 0; set < chance.length; set++) {
      if (Integer.bitCount(set) == reveal) {
        out[set] = chance[set];
        continue;
      }
      double left = 0;
      for (int i = 0; i < weights.length; i++) {
        left += (set >> i & 1) == 0 ? weights[i] : 0;
      }
      for (int i = 0; i < weights.length && chance[set] > 0; i++) {
        if ((set >> i & 1) == 0) {
          chance[set | 1 << i] += chance[set] * weights[i] / left;
        }
      }
    }
    return out;
  }

  /** The set's tokens, or as many of each position from the coarse side. */
  private int revealed(int[] digits, int[] slots, int codes, int set) {
    int[] next = digits.clone();
    int[] left = new int[shape.positions()];
    for (int i = 0; i < slots.length; i++) {
      left[slots[i] / shape.depth()] += set >> i & 1;
    }
    for (int i = 0; i < slots.length; i++) {
      boolean shown = free ? (set >> i & 1) == 1 : left[slots[i] / shape.depth()]-- > 0;
      next[slots[i]] = shown ? 1 + (codes >> i & 1) : 0;
    }
    return number(next);
  }
}
