package resgen.spark;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import resgen.lab.cluster.BatchLimit;
import resgen.lab.cluster.BlockSampler;
import resgen.lab.cluster.SampleBlock;
import resgen.lab.cluster.SampleJob;
import resgen.sample.Sampling;
import resgen.settings.UserCache;
import resgen.vision.extract.FashionClassifier;

/** A cluster of two executor processes on this machine, and the same work without any. */
final class Local {

  private Local() {}

  /** Connects to two executors; what is cached goes to a folder. */
  static SparkCluster cluster(Path cache, Map<String, String> more) {
    return cluster(2, cache, more);
  }

  /** Connects to so many executors. */
  static SparkCluster cluster(int executors, Path cache, Map<String, String> more) {
    return cluster("local-cluster[%d,1,1024]".formatted(executors), cache, more);
  }

  /** Connects to processes of this machine. */
  static SparkCluster cluster(String master, Path cache, Map<String, String> more) {
    System.setProperty(UserCache.PROPERTY, cache.toString());
    Map<String, String> settings = new HashMap<>(more);
    settings.put("spark.executor.memory", "900m");
    settings.put("spark.shuffle.io.retryWait", "1s");
    return SparkCluster.connect(master, settings);
  }

  /** A job of 24 blocks of three samples. */
  static SampleJob job() {
    return new SampleJob(
        "family-resgen",
        "fp32",
        "classifier:" + FashionClassifier.file(),
        Sampling.steps(3).guidance(0, 1.5).seed(5).batchSize(3),
        71,
        10);
  }

  /** The blocks of a job, made in this process one after another. */
  static List<SampleBlock> blocks(SampleJob job) {
    resgen.torch.Torch.threads(1);
    try (BlockSampler<?> sampler = BlockSampler.open(job, BatchLimit::none)) {
      return java.util.stream.IntStream.range(0, job.blocks())
          .mapToObj(index -> sampler.block(job, index))
          .toList();
    }
  }

  /** The executors' processes: the only ones that this one has started. */
  static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .filter(process -> process.info().command().orElse("").endsWith("java"))
        .toList();
  }

  /** Waits until there are so many executors that have registered. */
  static void await(SparkCluster cluster, int count) throws InterruptedException {
    long end = System.nanoTime() + 240_000_000_000L;
    while (cluster.context().sc().statusTracker().getExecutorInfos().length - 1 < count) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("fewer than " + count + " executors after four minutes");
      }
      Thread.sleep(50);
    }
  }
}
