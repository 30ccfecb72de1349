package resgen.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A kernel starts, works, stops at an interrupt and ends, however often. */
class StartsTest {
  private static void starts(int n) throws Exception {
    for (int i = 0; i < n; i++) {
      KernelLatency latency = KernelLatency.measure(Kernels.command(), Map.of());
      assertTrue(latency.readyMillis() > 0, latency::toString);
    }
  }

  @Test
  void threeStarts() throws Exception {
    starts(3);
  }

  @Test
  @Tag("slow")
  void hundredStartsWithoutAHang() throws Exception {
    starts(100);
  }
}
