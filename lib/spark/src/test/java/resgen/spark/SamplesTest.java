package resgen.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.lab.cluster.SampleBlock;
import resgen.lab.cluster.SampleJob;
import resgen.lab.cluster.SampleSums;

/** Samples by two executor processes, some of which are killed. */
class SamplesTest {

  private static final int[] PARTITIONINGS = {7, 12, 24};
  private static final int KEPT = 20;

  @TempDir private static Path cache;
  private static SparkCluster cluster;
  private static List<SampleBlock> here;
  private static SampleSums sums;

  @BeforeAll
  static void connect() {
    here = Local.blocks(Local.job());
    sums =
        here.stream()
            .map(block -> SampleSums.of(Local.job(), block, KEPT))
            .reduce(SampleSums::merge)
            .orElseThrow()
            .complete(Local.job());
    cluster = Local.cluster(cache, Map.of());
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private static SampleSums sums(int partitions) {
    return new SparkSamples(cluster.context(), Local.job(), done -> {}, partitions).sums(KEPT);
  }

  private static void assertSame(SampleSums there, int partitions) {
    String at = partitions + " partitions";
    assertArrayEquals(sums.moments().words(), there.moments().words(), at);
    assertEquals(sums.fingerprint(Local.job()), there.fingerprint(Local.job()), at);
  }

  @Test
  void sumsAreTheSameAtEveryPartitioning() {
    for (int partitions : PARTITIONINGS) {
      assertSame(sums(partitions), partitions);
    }
  }

  @Test
  void blocksAreThoseOfThisProcess() {
    AtomicInteger last = new AtomicInteger();
    List<SampleBlock> there = cluster.samples(Local.job(), last::set);

    assertEquals(71, last.get());
    for (int i = 0; i < here.size(); i++) {
      assertEquals(i, there.get(i).index());
      assertArrayEquals(here.get(i).features(), there.get(i).features(), "block " + i);
      assertArrayEquals(here.get(i).scores(), there.get(i).scores(), "block " + i);
      assertEquals("cpu, 1 thread", there.get(i).made().machine());
    }
  }

  @Test
  void anExecutorThatDiesInTheMapStageChangesNothing() throws InterruptedException {
    dyingInTheMapStage(PARTITIONINGS[0]);
  }

  @Test
  @Tag("slow")
  void norDoesItAtOtherPartitionings() throws InterruptedException {
    dyingInTheMapStage(PARTITIONINGS[1], PARTITIONINGS[2]);
  }

  private static void dyingInTheMapStage(int... partitionings) throws InterruptedException {
    for (int partitions : partitionings) {
      Local.await(cluster, 2);
      Killer killer = new Killer(false);
      cluster.context().sc().addSparkListener(killer);
      try {
        assertSame(sums(partitions), partitions);
      } finally {
        cluster.context().sc().removeSparkListener(killer);
      }
      assertTrue(killer.killed.get() != null && !killer.killed.get().isAlive());
      assertTrue(killer.failed.get() > 0, "no task had to be done again");
    }
  }

  @Test
  void anExecutorThatDiesAfterTheMapStageChangesNothing() throws InterruptedException {
    dyingAfterTheMapStage(PARTITIONINGS[1]);
  }

  @Test
  @Tag("slow")
  void norDoesItAtAnyPartitioning() throws InterruptedException {
    int again = dyingAfterTheMapStage(PARTITIONINGS);

    assertTrue(again > 0, "no map task was done again at any partitioning");
  }

  /** At how many of the partitionings map tasks were done again; else the end came sooner. */
  private static int dyingAfterTheMapStage(int... partitionings) throws InterruptedException {
    int again = 0;
    for (int partitions : partitionings) {
      Local.await(cluster, 2);
      Killer killer = new Killer(true);
      cluster.context().sc().addSparkListener(killer);
      try {
        assertSame(sums(partitions), partitions);
      } finally {
        cluster.context().sc().removeSparkListener(killer);
      }
      assertTrue(killer.killed.get() != null && !killer.killed.get().isAlive());
      again += killer.ended.get() > partitions ? 1 : 0;
    }
    return again;
  }

  /** Kills an executor after the first task, or after the stage that makes the partial sums. */
  private static final class Killer extends SparkListener {
    final AtomicReference<ProcessHandle> killed = new AtomicReference<>();
    final AtomicInteger failed = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    private final boolean after;
    private int stage = -1;

    Killer(boolean after) {
      this.after = after;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (stage < 0) {
        stage = end.stageId();
      }
      if (!end.taskInfo().successful()) {
        failed.incrementAndGet();
      } else if (end.stageId() == stage) {
        ended.incrementAndGet();
      }
      if (!after) {
        kill();
      }
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted completed) {
      if (after) {
        kill();
      }
    }

    private void kill() {
      if (killed.get() == null) {
        ProcessHandle one = Local.executors().get(0);
        killed.set(one);
        one.destroyForcibly();
        one.onExit().join();
      }
    }
  }

  @Test
  void aModelIsLoadedOnceInEachProcess() {
    SampleJob job = Local.job();
    cluster.samples(job, done -> {});
    List<Integer> before = cluster.map(List.of(1, 2, 3, 4, 5, 6), any -> Resident.opened());
    cluster.samples(job.with(job.sampling().seed(6), 71), done -> {});
    List<Integer> after = cluster.map(List.of(1, 2, 3, 4, 5, 6), any -> Resident.opened());

    assertEquals(max(before), max(after), "opened " + before + " and " + after);
  }

  private static int max(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}
