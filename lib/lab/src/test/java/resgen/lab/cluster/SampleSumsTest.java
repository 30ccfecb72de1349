package resgen.lab.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import resgen.lab.Sampled;
import resgen.sample.Sampling;

class SampleSumsTest {

  private static final SampleBlock.Maker CPU = made("cpu, 1 thread");
  private static final SampleJob JOB =
      new SampleJob("any", "", "classifier:any", Sampling.steps(2).batchSize(2), 7, 2);

  private static SampleBlock.Maker made(String machine) {
    return new SampleBlock.Maker("network", "hash", "nothing", "1×1×1", machine, 2);
  }

  /** Features of one dimension that are the samples' numbers; all are seen as class 0. */
  private static SampleBlock block(int index, SampleBlock.Maker made) {
    int size = JOB.labels(index).size();
    float[] features = new float[size];
    float[] scores = new float[2 * size];
    for (int i = 0; i < size; i++) {
      features[i] = JOB.from(index) + i;
      scores[2 * i] = 1;
    }
    return new SampleBlock(index, 1, features, 2, scores, 1, 2, 3, made);
  }

  private static List<SampleBlock> blocks() {
    return IntStream.range(0, JOB.blocks()).mapToObj(i -> block(i, CPU)).toList();
  }

  private static SampleSums sums(int... indices) {
    return IntStream.of(indices)
        .mapToObj(i -> SampleSums.of(JOB, block(i, CPU), 3))
        .reduce(SampleSums::merge)
        .orElseThrow();
  }

  @Test
  void blocksAreBatchesOfTheSampling() {
    assertEquals(4, JOB.blocks());
    assertEquals(1, JOB.labels(3).size());
    assertEquals(6, JOB.from(3));
    assertArrayEquals(new int[] {0, 1}, JOB.labels(1).toArray());
  }

  @Test
  void anyOrderGivesTheSame() {
    SampleSums one = sums(0, 1, 2, 3).complete(JOB);
    SampleSums other = sums(2, 0, 3, 1).complete(JOB);

    assertEquals(one.moments(), other.moments());
    assertEquals(one.blocks(), other.blocks());
    assertArrayEquals(new float[] {0, 1, 2}, other.first().flat());
    assertEquals(3, one.moments().moments().mean()[0]);
    assertEquals(4, one.right(), "samples 0, 2, 4, 6 were asked for as class 0");
  }

  @Test
  void aBlockThatIsMissingOrTwiceIsNoticed() {
    assertThrows(IllegalStateException.class, () -> sums(0, 1, 2).complete(JOB));
    assertThrows(IllegalStateException.class, () -> sums(0, 1, 2, 2, 3).complete(JOB));
    assertThrows(IllegalStateException.class, () -> sums(0, 1, 1, 3).complete(JOB));
  }

  @Test
  void devicesOfDifferentKindsAreNotMixed() {
    SampleSums gpu = SampleSums.of(JOB, block(1, made("gpu:0")), 3);

    assertThrows(IllegalArgumentException.class, () -> sums(0).merge(gpu));
    assertEquals("gpu", gpu.made().device());
    SampleSums two = SampleSums.of(JOB, block(2, made("gpu:1")), 3);
    assertEquals("gpu:0", two.merge(gpu).made().machine());
  }

  @Test
  void blocksJoinInTheirOrder() {
    List<SampleBlock> some = blocks();
    Sampled all =
        SampleBlock.join(JOB, List.of(some.get(2), some.get(0), some.get(3), some.get(1)));

    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6}, all.extraction().features().flat());
    assertEquals(4, all.cost().generateSeconds());
    assertEquals("cpu, 1 thread", all.machine());
    assertThrows(IllegalArgumentException.class, () -> SampleBlock.join(JOB, some.subList(0, 3)));
  }

  @Test
  void memoryThatDoesNotSufficeHalvesTheBatch() {
    BatchLimit limit = BatchLimit.none();
    int batch =
        limit.run(
            64,
            size -> {
              if (size > 20) {
                throw new IllegalStateException("CUDA out of memory. Tried to allocate 2 GiB");
              }
            });

    assertEquals(16, batch);
    assertEquals(16, limit.of(64), "it stands");
    assertEquals(3, limit.of(3));
    IllegalStateException never =
        assertThrows(
            IllegalStateException.class,
            () ->
                limit.run(
                    64,
                    size -> {
                      throw new OutOfMemoryError();
                    }));
    assertTrue(never.getMessage().contains("one sample"), never.getMessage());
    RuntimeException other = new IllegalArgumentException("no memory of it");
    assertSame(
        other,
        assertThrows(
            IllegalArgumentException.class,
            () ->
                BatchLimit.none()
                    .run(
                        4,
                        size -> {
                          throw other;
                        })));
  }

  @Test
  void freeMemoryLimitsTheBatch() {
    assertEquals(80, BatchLimit.of(1_000, 10).of(512), "a fifth is left");
    assertEquals(1, BatchLimit.of(5, 10).of(512));
  }
}
