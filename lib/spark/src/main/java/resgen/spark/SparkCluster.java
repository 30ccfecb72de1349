package resgen.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.Utils;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.lab.cluster.Cluster;
import resgen.lab.cluster.FolderJob;
import resgen.lab.cluster.SampleBlock;
import resgen.lab.cluster.SampleJob;
import resgen.lab.cluster.SampleSums;
import resgen.lab.study.Executor;

/**
 * A connection to Apache Spark. Every machine needs the project's folder at the same path and a
 * JDK; models and extractors are sent to them.
 *
 * <p>Tasks run at least once; what they do may be done again, elsewhere, when an executor fails,
 * and gives the same numbers. Nothing is counted in accumulators, which count such work twice.
 */
public final class SparkCluster implements Cluster {

  /** How Spark names an application that no master has named: it has given up, and says no more. */
  private static final String NOT_REGISTERED = "spark-application-";

  private final JavaSparkContext spark;

  private SparkCluster(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Connects.
   *
   * @param master as {@code local[2]}, {@code local-cluster[EXECUTORS,CORES,MEGABYTES]}, {@code
   *     spark://HOST:PORT}, {@code k8s://ADDRESS}, {@code yarn}
   * @param settings Spark's, by their names, over those of {@code spark-defaults.conf}
   * @throws IllegalArgumentException if the address or a setting is wrong, or there is no secret
   *     where other machines are talked to
   * @throws IllegalStateException if there is no cluster at the address
   */
  public static SparkCluster connect(String master, Map<String, String> settings) {
    SparkSettings all = new SparkSettings(master, settings);
    if (master.startsWith("local-cluster") && System.getenv("SPARK_HOME") == null) {
      throw new IllegalArgumentException(
          master + " starts executors from SPARK_HOME, which is not set");
    }
    return inside(() -> new SparkCluster(context(all)));
  }

  private static JavaSparkContext context(SparkSettings settings) {
    JavaSparkContext spark;
    try {
      settings.host().ifPresent(Utils::setCustomHostname); // also a local-cluster's master's
      spark = new JavaSparkContext(settings.conf());
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "cannot connect to " + settings.master() + ": " + e.getMessage(), e);
    }
    if (settings.master().startsWith("spark://")
        && spark.sc().applicationId().startsWith(NOT_REGISTERED)) {
      spark.close();
      throw new IllegalStateException(
          "cannot connect to %s: no master is there, or one with another secret (%s)"
              .formatted(settings.master(), SparkSettings.SECRET_VARIABLE));
    }
    return spark;
  }

  /**
   * Works with Spark's class loader as the thread's, which Spark looks its own parts up by, and its
   * threads inherit.
   */
  static <T> T inside(Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(SparkCluster.class.getClassLoader());
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Spark's own connection, for what is not here. */
  public JavaSparkContext context() {
    return spark;
  }

  @Override
  public String description() {
    return "Spark %s at %s".formatted(spark.version(), spark.master());
  }

  @Override
  public Executor studies() {
    SparkStudies studies = new SparkStudies(spark);
    return (place, work, watcher) ->
        inside(
            () -> {
              studies.execute(place, work, watcher);
              return null;
            });
  }

  @Override
  public List<SampleBlock> samples(SampleJob job, IntConsumer progress) {
    return inside(() -> new SparkSamples(spark, job, progress).all());
  }

  @Override
  public SampleSums sums(SampleJob job, int keep, IntConsumer progress) {
    return inside(() -> new SparkSamples(spark, job, progress).sums(keep));
  }

  @Override
  public FolderJob.Written tokens(FolderJob job, IntConsumer progress) {
    return inside(() -> FolderTokens.write(this, job, progress));
  }

  @Override
  public Tokens tokens(String written, Codec<?> codec) {
    return inside(() -> FolderTokens.read(this, written, codec));
  }

  @Override
  public <A extends Serializable, B extends Serializable> List<B> map(
      List<A> values, Task<A, B> task) {
    Closures.check("the function", task);
    values.forEach(value -> Closures.check("a value", value));
    return values.isEmpty() ? List.of() : inside(() -> mapped(values, task));
  }

  private <A extends Serializable, B extends Serializable> List<B> mapped(
      List<A> values, Task<A, B> task) {
    JavaRDD<A> all = spark.parallelize(new ArrayList<>(values), values.size());
    JavaRDD<B> results =
        Devices.profile(spark.getConf()).map(all::withResources).orElse(all).map(task::apply);
    List<B> found = new ArrayList<>(java.util.Collections.nCopies(values.size(), null));
    new Jobs(spark).each("a function", results, found::set);
    return found;
  }

  @Override
  public void close() {
    spark.close();
  }

  @Override
  public String toString() {
    return description();
  }
}
