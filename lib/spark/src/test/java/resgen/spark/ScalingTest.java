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
 * What one executor and two take for the same samples, in a line each. Times are of the machine as
 * it is; what is tested is that the sums are the same.
 */
@Tag("slow")
class ScalingTest {

  private static final int EMPTY_TASKS = 200;

  private static SampleJob job() {
    SampleJob small = Local.job();
    return small.with(small.sampling().withSteps(8).batchSize(16), 384);
  }

  /** Sums over the tasks of a stage that makes samples, and the rest. */
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
    for (int executors : new int[] {1, 2}) {
      try (SparkCluster cluster = Local.cluster(executors, cache, Map.of())) {
        Local.await(cluster, executors);
        SampleJob first = job().with(job().sampling().seed(1), 16 * 2 * executors);
        cluster.sums(first, 0, done -> {}); // loads the model
        Tasks tasks = new Tasks();
        cluster.context().sc().addSparkListener(tasks);
        long start = System.nanoTime();
        fingerprints.add(cluster.sums(job(), 0, done -> {}).fingerprint(job()));
        double wall = (System.nanoTime() - start) / 1e9;
        Thread.sleep(1000); // the last events
        cluster.context().sc().removeSparkListener(tasks);
        long empty = System.nanoTime();
        assertEquals(
            EMPTY_TASKS, cluster.map(Collections.nCopies(EMPTY_TASKS, 1), one -> one).size());
        double each = (System.nanoTime() - empty) / 1e9 / EMPTY_TASKS;
        System.out.printf(
            Locale.ROOT,
            "%d executors: %d samples in %d tasks, %.1f s; in tasks %.1f s, of processors %.1f s,"
                + " around them %.2f s; results %,d bytes, shuffled %,d, broadcast %,d to each;"
                + " an empty task %.1f ms%n",
            executors,
            job().samples(),
            tasks.count,
            wall,
            tasks.run,
            tasks.processor,
            tasks.around,
            tasks.results,
            tasks.shuffled,
            Parcel.of(job().files()).bytes(),
            each * 1e3);
      }
    }
    assertEquals(1, fingerprints.size());
  }
}
