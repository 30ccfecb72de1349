package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import resgen.nn.Parameters;

/** The closed forms against a count of every multiply-add, matrix by matrix and step by step. */
class AutoregressiveFlopsTest {

  private static final TokenShape SHAPE = new TokenShape(2, 3, 4, 5, 2);

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
    RqTransformerSettings s = RqTransformerSettings.tiny(SHAPE);
    Parameters plan = s.plan();
    int w = s.backbone().width();
    long count = backbone(plan, s.backbone().layers(), w);
    for (int p = 0; p < SHAPE.positions(); p++) {
      for (int d = 0; d < SHAPE.depth(); d++) {
        count += through(plan, "depth") + attention(s.depthLayers(), w, d + 1);
        count += through(plan, "head") / SHAPE.depth();
      }
    }
    RqTransformerNetwork network = new RqTransformerNetwork(Parameters.plan(), s, null);
    assertEquals(2.0 * count, network.flops(false));
    assertEquals(4.0 * count, network.flops(true));
  }

  @Test
  void arResGensAreThoseCounted() {
    ArResGenSettings s = ArResGenSettings.tiny(SHAPE);
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
    ArResGenNetwork model = new ArResGenNetwork(Parameters.plan(), s, null);
    assertEquals(2.0 * (network + once), model.flops(3, false));
    assertEquals(2.0 * (2 * network + once), model.flops(3, true));
  }
}
