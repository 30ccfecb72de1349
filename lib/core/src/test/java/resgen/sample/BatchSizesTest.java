package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many samples go through a device together. */
class BatchSizesTest {

  private static final long MB = 1_000_000;

  private static List<Integer> all(BatchSizes sizes, int count) {
    List<Integer> found = new ArrayList<>();
    for (int left = count; left > 0; left -= found.get(found.size() - 1)) {
      found.add(sizes.next(left));
    }
    return found;
  }

  @Test
  void onACpuTheyAreTheSettings() {
    assertEquals(List.of(64, 64, 22), all(BatchSizes.of(Sampling.AUTO, Device.cpu()), 150));
    assertEquals(List.of(40, 40, 20), all(BatchSizes.of(40, Device.cpu()), 100));
    assertThrows(IllegalArgumentException.class, () -> Sampling.steps(1).batchSize(-1));
  }

  @Test
  void theLastBatchIsNotOfAFew() {
    assertEquals(List.of(61, 4), all(BatchSizes.of(64, Device.cpu()), 65));
    assertEquals(List.of(64, 63, 4), all(BatchSizes.of(64, Device.cpu()), 131));
    assertEquals(List.of(64, 4), all(BatchSizes.of(64, Device.cpu()), 68));
    assertEquals(List.of(5, 4), all(BatchSizes.of(8, Device.cpu()), 9));
    assertEquals(List.of(7, 1), all(BatchSizes.of(7, Device.cpu()), 8)); // as it was asked for
    assertEquals(List.of(3), all(BatchSizes.of(64, Device.cpu()), 3));
  }

  /** 64 samples took 640 MB of 10 GB: 800 would fit into 80 % of it, in whole times 64. */
  @Test
  void theFirstBatchTellsHowManyFit() {
    BatchSizes sizes = new BatchSizes(Sampling.AUTO, true, () -> 10_000 * MB);
    assertEquals(64, sizes.next(3000));
    assertTrue(sizes.wantsMemory(2936));
    sizes.made(64, 2936, 9_360 * MB);
    assertFalse(sizes.wantsMemory(2936));
    assertEquals(List.of(734, 734, 734, 734), all(sizes, 2936)); // four of at most 768, all alike
    assertEquals(List.of(500), all(sizes, 500));
  }

  @Test
  void aSampleThatTakesNothingHasABound() {
    BatchSizes sizes = new BatchSizes(Sampling.AUTO, true, () -> 10_000 * MB);
    sizes.next(100_000);
    sizes.made(64, 99_936, 10_000 * MB);
    assertEquals(3998, sizes.next(99_936)); // in 25 parts of at most 4096
  }

  @Test
  void missingMemoryHalvesTheBatchOnce() {
    BatchSizes sizes = BatchSizes.of(64, Device.cpu());
    EngineException memory = new EngineException("CUDA out of memory. Tried to allocate 2 GiB");
    sizes.failed(64, memory);
    assertEquals(List.of(32, 32, 6), all(sizes, 70));
    assertSame(memory, assertThrows(EngineException.class, () -> sizes.failed(32, memory)));
    EngineException other = new EngineException("shape '[2]' is invalid");
    BatchSizes fresh = BatchSizes.of(64, Device.cpu());
    assertSame(other, assertThrows(EngineException.class, () -> fresh.failed(64, other)));
  }
}
