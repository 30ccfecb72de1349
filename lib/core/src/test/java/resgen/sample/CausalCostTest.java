package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import resgen.head.HeadSpec;
import resgen.model.CausalModel;
import resgen.model.MadeUp;
import resgen.model.ModelSpec;
import resgen.nn.Parameters;
import resgen.token.TokenSpec;

/** The closed forms against a count of every multiply-add, matrix by matrix and step by step. */
class CausalCostTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 5);

  /** Multiply-adds of one vector with every matrix whose name starts so. */
  private static long through(Parameters plan, String prefix) {
    return plan.shapes().entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix))
        .filter(e -> e.getKey().matches(".*(weight|qkv|out|up|down)"))
        .mapToLong(e -> e.getValue().size())
        .sum();
  }

  /** Multiply-adds of a query with so many keys, and of as many values, in every block. */
  private static long attention(int layers, int width, int keys) {
    return 2L * layers * width * keys;
  }

  private static long backbone(Parameters plan, int layers, int width) {
    long sum = through(plan, "condition.mlp");
    for (int p = 0; p < SHAPE.positions(); p++) {
      sum += p == 0 ? 0 : through(plan, "input.sum");
      sum += through(plan, "backbone") + attention(layers, width, p + 1);
    }
    return sum;
  }

  @Test
  void rqTransformersAreThoseCounted() {
    ModelSpec s = MadeUp.rq(SHAPE).model();
    Parameters plan = s.plan();
    int w = s.backbone().width();
    long count = backbone(plan, s.backbone().layers(), w);
    for (int p = 0; p < SHAPE.positions(); p++) {
      for (int d = 0; d < SHAPE.depth(); d++) {
        count +=
            through(plan, "depth")
                + attention(((HeadSpec.DepthTransformer) s.head()).layers(), w, d + 1);
        count += through(plan, "head") / SHAPE.depth();
      }
    }
    Sampling one = Sampling.steps(1);
    assertEquals(2.0 * count, flops(s, one));
    assertEquals(4.0 * count, flops(s, one.guidance(1, 1)));
  }

  @Test
  void arResGensAreThoseCounted() {
    ModelSpec s = MadeUp.ar(SHAPE).model();
    Parameters plan = s.plan();
    int w = s.backbone().width();
    long network = backbone(plan, s.backbone().layers(), w);
    long once = 0;
    for (int p = 0; p < SHAPE.positions(); p++) {
      for (int t = 0; t < 3; t++) {
        network += through(plan, "mlp");
        once += through(plan, "head.weight");
      }
      once += (long) SHAPE.depth() * SHAPE.codes() * SHAPE.dimension();
    }
    Sampling three = Sampling.steps(3);
    assertEquals(2.0 * (network + once), flops(s, three));
    assertEquals(2.0 * (2 * network + once), flops(s, three.guidance(1, 1)));
  }

  private static double flops(ModelSpec spec, Sampling settings) {
    CausalModel model = (CausalModel) spec.build(Parameters.plan(), null);
    return new CausalSampler(model, settings).cost().flops();
  }
}
