package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import resgen.torch.Torch;

class MemoryUseTest {

  private static final int MEGABYTE = 1 << 20;

  @Test
  void aFieldIsReadInBytes() {
    String status = "Name:\tjava\nVmHWM:\t  204 kB\nVmRSS:\t  100 kB\n";

    assertEquals(204 * 1024, MemoryUse.field(status, "VmHWM"));
    assertEquals(100 * 1024, MemoryUse.field(status, "VmRSS"));
    assertThrows(IllegalStateException.class, () -> MemoryUse.field(status, "VmSwap"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLargeArrayRaisesThePeakAndNotTheSizeAfterwards() {
    try (NDManager manager = Torch.manager()) {
      Torch.synchronize();
      MemoryUse.resetPeak();
      long before = MemoryUse.resident();
      try (NDArray large = manager.ones(new Shape(64L * MEGABYTE))) { // 256 MB
        assertTrue(MemoryUse.resident() - before > 200L * MEGABYTE, large.getShape().toString());
      }
      assertTrue(MemoryUse.peak() - before > 200L * MEGABYTE);
      assertTrue(MemoryUse.resident() - before < 100L * MEGABYTE);
      MemoryUse.resetPeak();
      assertTrue(MemoryUse.peak() - before < 100L * MEGABYTE);
    }
  }

  @Test
  void theLargestBatchFollowsFromTheSlope() {
    MemoryUse use =
        MemoryUse.fit(
            "training",
            new int[] {8, 16, 32},
            new long[] {1_800_000_000L, 2_600_000_000L, 4_200_000_000L});

    assertEquals(1e8, use.slope(), 1);
    assertEquals(230, use.largestBatch(24.01e9).orElseThrow());
    assertEquals(0, use.largestBatch(0.5e9).orElseThrow());
  }

  @Test
  void aSizeThatDoesNotGrowProjectsNothing() {
    MemoryUse use = MemoryUse.fit("training", new int[] {8, 64}, new long[] {333_000, 329_000});

    assertTrue(use.largestBatch(24e9).isEmpty());
    assertNull(
        use.rows(BenchPreset.of("tiny", "fp32"), Machine.here("fp32"))
            .get(0)
            .get("largest_batch_24_gb"));
  }

  /** Less in the first quarter, some pages up and down, and one step of 6 MB. */
  private static List<Soak.Reading> readings(long perRun) {
    List<Soak.Reading> readings = new ArrayList<>();
    for (int run = 20; run <= 1000; run += 20) {
      long warm = run < 250 ? -50_000_000 : 0;
      long step = run > 600 ? 6_000_000 : 0;
      readings.add(
          new Soak.Reading(run, 300_000_000 + warm + step + run * perRun + run % 3 * 4096));
    }
    return readings;
  }

  @Test
  void theWarmUpAndSingleStepsAreNoLeak() {
    Soak flat = Soak.of("training", 1000, readings(0));

    assertTrue(flat.isFlat(), flat.toString());
    assertEquals(0, flat.growth(), 100_000);
  }

  @Test
  void aFewKilobytesARunAreNotFlat() {
    Soak leak = Soak.of("training", 1000, readings(8_000));

    assertFalse(leak.isFlat(), leak.toString());
    assertEquals(6e6, leak.growth(), 1e5);
  }

  @Test
  @Tag("slow")
  @EnabledOnOs(OS.LINUX)
  void tenThousandStepsAndAThousandSamplesLeaveNothingBehind() {
    Soak training = Soak.training(10_000, (reading, runs) -> {});
    Soak sampling = Soak.sampling(1_000, (reading, runs) -> {});

    assertTrue(training.isFlat(), training.toString());
    assertTrue(sampling.isFlat(), sampling.toString());
  }

  @Test
  @Tag("slow")
  @EnabledOnOs(OS.LINUX)
  void moreSamplesTakeMoreMemory() {
    MemoryUse use = MemoryUse.of(BenchPreset.of("tiny", "fp32"), "fp32", 1, "training", 16, 512);

    assertTrue(use.slope() > 0, use.toString());
    assertTrue(use.largestBatch(24e9).orElseThrow() > 512, use.toString());
  }

  @Test
  void aLineNeedsTwoBatches() {
    for (int[] batches : new int[][] {{8}, {8, 8}, {8, 16, 32}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> MemoryUse.fit("training", batches, new long[] {1, 2}));
    }
  }
}
