package resgen.sample;

import java.util.ArrayList;
import java.util.List;
import resgen.mask.MaskLaw;
import resgen.mask.UnmaskPlan;
import resgen.token.TokenSpec;

/**
 * The steps of masked sampling that call the network.
 *
 * @param all how many steps there are, those without a call included
 * @param calls those with a call, in order
 */
record Steps(int all, List<Step> calls) {

  /**
   * One step.
   *
   * @param number t, from 1
   * @param first the first depth whose tokens it may reveal; all coarser ones are visible
   * @param depths how many depths from it on
   * @param maskedAfter how many of these depths' tokens stay masked
   */
  record Step(int number, int first, int depths, int maskedAfter) {}

  /**
   * The steps of a law's stages: all depths at once, or one after another, each with its share.
   *
   * @throws IllegalArgumentException if the steps do not fit the depths
   */
  static Steps of(Sampling settings, TokenSpec tokens, MaskLaw law) {
    return of(settings, tokens, law, tokens.positions(), false);
  }

  /**
   * The same of samples of which fewer positions are drawn.
   *
   * @param positions how many
   * @param idle whether steps are kept that reveal nothing, so that samples of all lengths have the
   *     same steps
   */
  static Steps of(Sampling settings, TokenSpec tokens, MaskLaw law, int positions, boolean idle) {
    List<Step> calls = new ArrayList<>();
    int depth = tokens.depth();
    int stages = law.stages(depth);
    if (stages == 1) {
      add(calls, 0, settings.plan(positions * depth), 0, depth, idle);
      return new Steps(settings.pace().steps(), calls);
    } else if (stages != depth) {
      throw new IllegalArgumentException(
          "mask law %s has %d stages; 1 or one for each of %d depths are possible"
              .formatted(law.text(), stages, depth));
    }
    int there = law.given();
    int[] split = settings.pace().stepsPerDepth(depth - there);
    int before = 0;
    for (int j = 0; j < split.length; j++) {
      add(calls, before, settings.withSteps(split[j]).plan(positions), there + j, 1, idle);
      before += split[j];
    }
    return new Steps(before, calls);
  }

  private static void add(
      List<Step> calls, int before, UnmaskPlan plan, int first, int depths, boolean idle) {
    for (int t = 1; t <= plan.steps(); t++) {
      if (idle || plan.isCall(t)) {
        calls.add(new Step(before + t, first, depths, plan.maskedAfter(t)));
      }
    }
  }
}
