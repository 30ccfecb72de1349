package resgen.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  @Test
  void everyEpochHoldsEveryImageOnceThoughBatchesCrossItsEnd() {
    Batches batches = Batches.of(10, 4, 1);
    int[] drawn = IntStream.range(0, 5).flatMap(s -> Arrays.stream(batches.indices(s))).toArray();
    int[] first = Arrays.copyOf(drawn, 10);
    int[] second = Arrays.copyOfRange(drawn, 10, 20);
    assertFalse(Arrays.equals(first, second));
    for (int[] epoch : List.of(first, second)) {
      int[] sorted = epoch.clone();
      Arrays.sort(sorted);
      assertArrayEquals(IntStream.range(0, 10).toArray(), sorted);
    }
  }

  @Test
  void aStepIsTheSameWhateverWasAskedBefore() {
    Batches used = Batches.of(1000, 32, 5);
    for (int step = 0; step < 100; step++) {
      used.indices(step);
    }
    used.indices(3);
    Batches fresh = Batches.of(1000, 32, 5);
    assertArrayEquals(fresh.indices(77), used.indices(77));
    assertFalse(Arrays.equals(fresh.indices(77), Batches.of(1000, 32, 6).indices(77)));
  }

  @Test
  void aBatchMayBeLargerThanTheSet() {
    int[] indices = Batches.of(3, 9, 1).indices(4);
    assertArrayEquals(
        new long[] {3, 3, 3},
        IntStream.range(0, 3)
            .mapToLong(v -> Arrays.stream(indices).filter(i -> i == v).count())
            .toArray());
  }

  @Test
  void inOrderCoversAllOnce() {
    List<int[]> batches = Batches.inOrder(7, 3);
    assertEquals(3, batches.size());
    assertArrayEquals(new int[] {6}, batches.get(2));
    assertArrayEquals(
        IntStream.range(0, 7).toArray(), batches.stream().flatMapToInt(Arrays::stream).toArray());
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Batches.of(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Batches.of(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Batches.of(1, 1, 0).indices(-1));
  }
}
