package resgen.sample;

import java.util.ArrayList;
import java.util.List;
import resgen.mask.UnmaskPlan;
import resgen.model.TokenShape;

/**
 * The steps of masked sampling that call the network.
 *
 * @param all how many steps there are, those without a call included
 * @param calls those with a call, in order
 */
record RevealSteps(int all, List<Step> calls) {

  /**
   * One step.
   *
   * @param number t, from 1
   * @param first the first depth whose tokens it may reveal; all coarser ones are visible
   * @param depths how many depths from it on
   * @param maskedAfter how many of these depths' tokens stay masked
   */
  record Step(int number, int first, int depths, int maskedAfter) {}

  /** All depths at once. */
  static RevealSteps parallel(Sampling settings, TokenShape shape) {
    List<Step> calls = new ArrayList<>();
    add(calls, 0, settings.plan(shape.tokens()), 0, shape.depth());
    return new RevealSteps(settings.pace().steps(), calls);
  }

  /** One depth after another, each with its share of the steps. */
  static RevealSteps depthwise(Sampling settings, TokenShape shape) {
    Sampling.Pace pace = settings.pace();
    int[] split = pace.stepsPerDepth(shape.depth());
    List<Step> calls = new ArrayList<>();
    int before = 0;
    for (int j = 0; j < split.length; j++) {
      add(calls, before, settings.withSteps(split[j]).plan(shape.positions()), j, 1);
      before += split[j];
    }
    return new RevealSteps(before, calls);
  }

  private static void add(List<Step> calls, int before, UnmaskPlan plan, int first, int depths) {
    for (int t = 1; t <= plan.steps(); t++) {
      if (plan.isCall(t)) {
        calls.add(new Step(before + t, first, depths, plan.maskedAfter(t)));
      }
    }
  }
}
