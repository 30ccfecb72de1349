package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.torch.Torch;

class HeadCostTest {

  /** Outputs times width, of four positions of depth 4, 16 codes in 8 dimensions, width 32. */
  @Test
  void parametersAreThoseOfEachHead() {
    Torch.threads(1);
    List<HeadCost> costs = HeadCost.of("tiny", "fp32", Timing.Plan.rounds(1, 1e-3));
    Map<String, Long> counts = new java.util.LinkedHashMap<>();
    costs.forEach(c -> counts.put(c.kind().name(), c.parameters()));
    int w = 32;
    // π, 16 means of 8, shift and log-scale; weights and biases.
    assertEquals((16 + 16 * 8 + 8 + 1) * (w + 1L), counts.get("mixture-full"));
    assertEquals((1 + 8 + 8 + 1) * (w + 1L), counts.get("one-gaussian"));
    assertEquals(4 * 16 * (w + 1L), counts.get("softmax-each-depth"));
    assertEquals(64 * (w + 1L), counts.get("softmax-one-code"));
    for (HeadCost cost : costs) {
      assertTrue(cost.drawFlops() > 0, cost.kind().name());
      assertTrue(cost.draw().wall().median() > 0 && cost.training().wall().median() > 0);
      Map<String, Object> row = cost.row("tiny", costs.get(0), Machine.here("fp32"));
      assertEquals(cost.kind().name(), row.get("head"));
      assertEquals(cost.kind().tokens().depth(), row.get("depth"));
    }
    assertEquals(2.0 * 4 * w * 64, costs.get(6).drawFlops(), 1e-9);
  }
}
