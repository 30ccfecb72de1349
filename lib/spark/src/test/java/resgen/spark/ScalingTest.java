package resgen.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.lab.cluster.SampleJob;

/**
 * What one executor and two take for the same samples, in a line each, and the efficiency of two.
 * Times are of the machine as it is, those of processors less than the others; what is tested is
 * that the sums are the same.
 */
@Tag("slow")
class ScalingTest {

  private static final int EMPTY_TASKS = 200;
  private static final int TASKS = 24;

  private static SampleJob job() {
    SampleJob small = Local.job();
    return small.with(small.sampling().withSteps(8).batchSize(64), 64 * TASKS);
  }

  /**
   * What a number of executors took.
   *
   * @param wall seconds of the whole job
   * @param run seconds in tasks
   * @param processor seconds of processors in tasks
   * @param around seconds of tasks outside of their work: sent, unpacked, their results sent back
   * @param results bytes that the tasks sent to the driver
   * @param shuffled bytes between tasks
   * @param empty seconds of a task that does nothing, one after another
   */
  private record Taken(
      int executors,
      int tasks,
      double wall,
      double run,
      double processor,
      double around,
      long results,
      long shuffled,
      double empty) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d executors: %d samples in %d tasks, %.1f s; in tasks %.1f s, of processors %.1f s,"
              + " around them %.2f s; results %,d bytes, shuffled %,d, broadcast %,d to each;"
              + " an empty task %.1f ms",
          executors,
          job().samples(),
          tasks,
          wall,
          run,
          processor,
          around,
          results,
          shuffled,
          Parcel.of(job().files()).bytes(),
          empty * 1e3);
    }
  }

  /** Sums over tasks. */
  private static final class Tasks extends SparkListener {
    int count;
    double run;
    double processor;
    double around;
    long results;
    long shuffled;

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
      TaskMetrics metrics = end.taskMetrics();
      count++;
      run += metrics.executorRunTime() / 1e3;
      processor += metrics.executorCpuTime() / 1e9;
      around += (end.taskInfo().duration() - metrics.executorRunTime()) / 1e3;
      results += metrics.resultSize();
      shuffled += metrics.shuffleWriteMetrics().bytesWritten();
    }
  }

  @Test
  void oneExecutorAndTwoGiveTheSameSums(@TempDir Path cache) throws Exception {
    Set<String> fingerprints = new TreeSet<>();
    Taken one = taken(1, cache, fingerprints);
    Taken two = taken(2, cache, fingerprints);
    System.out.println(one);
    System.out.println(two);
    System.out.printf(
        Locale.ROOT,
        "efficiency of two: %.3f by the clock; %.3f by processors in tasks, %.3f with what is"
            + " around them%n",
        one.wall() / (2 * two.wall()),
        one.processor() / two.processor(),
        one.processor() / (two.processor() + two.around()));
    assertEquals(1, fingerprints.size());
  }

  private static Taken taken(int executors, Path cache, Set<String> fingerprints)
      throws InterruptedException {
    try (SparkCluster cluster = Local.cluster(executors, cache, Map.of())) {
      Local.await(cluster, executors);
      SampleJob first = job().with(job().sampling().seed(1), 64 * 4 * executors);
      cluster.sums(first, 0, done -> {}); // loads the model and warms up
      Tasks tasks = new Tasks();
      cluster.context().sc().addSparkListener(tasks);
      long start = System.nanoTime();
      fingerprints.add(cluster.sums(job(), 0, done -> {}).fingerprint(job()));
      double wall = (System.nanoTime() - start) / 1e9;
      Thread.sleep(1000); // the last events
      cluster.context().sc().removeSparkListener(tasks);
      long empty = System.nanoTime();
      assertEquals(
          EMPTY_TASKS, cluster.map(Collections.nCopies(EMPTY_TASKS, 1), any -> any).size());
      double each = (System.nanoTime() - empty) / 1e9 / EMPTY_TASKS;
      return new Taken(
          executors,
          tasks.count,
          wall,
          tasks.run,
          tasks.processor,
          tasks.around,
          tasks.results,
          tasks.shuffled,
          each);
    }
  }
}
