package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.codec.Tokens;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.token.Batches;
import resgen.torch.Torch;

/** What a generator is measured by in its training, on tokens that are held back. */
final class Validation {

  private static final int SAMPLES = 1000; // at most
  private static final int BATCH = 100;

  private final Model model;
  private final Objective objective;
  private final Tokens tokens;
  private final TokenBatches batches; // null if nothing is held back

  Validation(Model model, Objective objective, Tokens tokens) {
    this.model = model;
    this.objective = objective.furtherMasks(0);
    this.tokens = tokens;
    Tokens some = tokens.range(0, Math.min(SAMPLES, tokens.size()));
    batches =
        some.size() == 0 ? null : new TokenBatches(model.manager(), some, model.conditioner());
  }

  /** The numbers that {@link GeneratorTraining#validate} says. */
  Map<String, Double> measure() {
    if (batches == null) {
      return Map.of();
    }
    double[] sums = new double[3];
    for (int[] rows : Batches.inOrder(batches.size(), BATCH)) {
      double[] numbers = Torch.scoped(() -> likelihood(rows[0], rows.length));
      for (int i = 0; i < sums.length; i++) {
        sums[i] += numbers[i];
      }
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_nll", sums[0] / sums[1]);
    if (!(model instanceof MaskedModel) && !Double.isNaN(sums[2])) {
      values.put("depth1_nll", sums[2] / batches.size());
    }
    ContextGain.of(model, tokens, ContextGain.SAMPLES, 1.0)
        .ifPresent(
            gain -> {
              values.put("depth1_all_masked", gain.allMasked());
              values.put("depth1_one_masked", gain.oneMasked());
              values.put("context_gain", gain.gain());
            });
    return values;
  }

  /**
   * Nats, predicted tokens; of a causal model nats of depth-1 codes, NaN if its head does not tell.
   */
  private double[] likelihood(int from, int count) {
    TokenBatches.Batch own = batches.range(from, count);
    NDArray first = Torch.longs(model.manager(), new int[] {from}, 1);
    NDArray places = model.manager().arange(0, count, 1, DataType.INT64);
    Keys keys = Keys.of(Noise.of(0).fork("validation"), first, places);
    Mask mask = model.masks(objective, keys, own.lengths());
    Target target = Target.of(model.codebooks(), own.codes(), mask);
    NDArray hidden = model.hidden(target, own.condition(), own.ends(), false); // [B, L, W]
    double depth1 = 0;
    if (!(model instanceof MaskedModel)) {
      depth1 =
          ContextGain.firstCode(model, target, hidden, own.lengths(), from, 1.0).orElse(Double.NaN);
    }
    return new double[] {
      Torch.number(model.head().likelihood(hidden, target)), Torch.number(mask.tokens()), depth1
    };
  }
}
