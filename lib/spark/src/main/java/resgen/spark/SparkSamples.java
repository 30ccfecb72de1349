package resgen.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.lab.cluster.BlockSampler;
import resgen.lab.cluster.SampleBlock;
import resgen.lab.cluster.SampleJob;
import resgen.lab.cluster.SampleSums;
import resgen.settings.Json;

/** Samples in blocks, each made by a task of its own or, of many, several by one. */
final class SparkSamples {

  /** What a task needs to make blocks; all of it travels with the task but the parcel. */
  private record Maker(Broadcast<Parcel> parcel, String job, int threads, long sampleBytes)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    SampleJob read() {
      return Json.read(job, SampleJob.class);
    }

    SampleBlock block(SampleJob here, int index) {
      String device = Devices.prepare(threads);
      String key = "samples %s %s %s".formatted(parcel.value().hash(), here.precision(), device);
      return Resident.use(
          key,
          () ->
              parcel
                  .value()
                  .<BlockSampler<?>>unpacked(
                      folder ->
                          BlockSampler.open(here.below(folder), () -> Devices.limit(sampleBytes))),
          sampler -> sampler.block(here, index));
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SparkSamples.class);

  private final JavaSparkContext spark;
  private final SampleJob job;
  private final IntConsumer progress;
  private final int partitions;

  /** As many partitions as the settings say. */
  SparkSamples(JavaSparkContext spark, SampleJob job, IntConsumer progress) {
    this(spark, job, progress, spark.getConf().getInt(SparkSettings.PARTITIONS, Integer.MAX_VALUE));
  }

  /**
   * Samples of a job.
   *
   * @param partitions at most; 1 or more
   */
  SparkSamples(JavaSparkContext spark, SampleJob job, IntConsumer progress, int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException(
          SparkSettings.PARTITIONS + " is " + partitions + ", must be 1 or more");
    }
    this.spark = spark;
    this.job = job;
    this.progress = progress;
    this.partitions = Math.min(partitions, job.blocks());
  }

  /** Numbers of blocks, divided evenly and in their order. */
  private JavaRDD<Integer> blocks() {
    List<Integer> all = IntStream.range(0, job.blocks()).boxed().toList();
    JavaRDD<Integer> blocks = spark.parallelize(new ArrayList<>(all), partitions);
    return Devices.profile(spark.getConf()).map(blocks::withResources).orElse(blocks);
  }

  private Maker maker(Broadcast<Parcel> parcel) {
    return new Maker(
        parcel,
        Json.line(job.relative()),
        spark.getConf().getInt("spark.task.cpus", 1),
        spark.getConf().getLong(SparkSettings.SAMPLE_BYTES, 0));
  }

  /** All blocks, in their order. */
  List<SampleBlock> all() {
    Broadcast<Parcel> parcel = spark.broadcast(Parcel.of(job.files()));
    try {
      Maker maker = maker(parcel);
      JavaRDD<ArrayList<SampleBlock>> made =
          blocks()
              .mapPartitions(
                  indices -> {
                    SampleJob here = maker.read();
                    ArrayList<SampleBlock> some = new ArrayList<>();
                    indices.forEachRemaining(index -> some.add(maker.block(here, index)));
                    return List.of(some).iterator();
                  });
      SampleBlock[] arrived = new SampleBlock[job.blocks()];
      int[] done = new int[1];
      new Jobs(spark)
          .each(
              "samples",
              made,
              (partition, some) -> {
                for (SampleBlock block : some) {
                  arrived[block.index()] = block;
                  done[0] += block.samples();
                }
                progress.accept(done[0]);
              });
      List<SampleBlock> all = List.of(arrived);
      sayBatch(all.stream().mapToInt(block -> block.made().batch()).min().orElseThrow());
      return all;
    } finally {
      parcel.unpersist();
    }
  }

  /** Sums over all blocks. */
  SampleSums sums(int keep) {
    Broadcast<Parcel> parcel = spark.broadcast(Parcel.of(job.files()));
    Jobs jobs = new Jobs(spark);
    int[] done = new int[1];
    SparkListener listener =
        jobs.listener(
            begun -> {},
            ended -> {
              done[0] =
                  Math.min(partitions, done[0] + 1); // of the first stage; later ones are short
              progress.accept((int) ((long) job.samples() * done[0] / partitions));
            });
    spark.sc().addSparkListener(listener);
    try {
      JavaRDD<SampleSums> partial = blocks().mapPartitions(summing(maker(parcel), keep)::call);
      SampleSums sums =
          jobs.run("sums of samples", () -> partial.treeReduce(SampleSums::merge, 2)).complete(job);
      sayBatch(sums.made().batch());
      return sums;
    } finally {
      spark.sc().removeSparkListener(listener);
      parcel.unpersist();
    }
  }

  /** An executor has said it too, into its own log. */
  private void sayBatch(int least) {
    if (least < job.sampling().batchSize()) {
      LOG.warn(
          "an executor's memory did not suffice for {} samples at once, but for {}: numbers may"
              + " differ in the last digit from those of another run",
          job.sampling().batchSize(),
          least);
    }
  }

  /** One partial sum for a partition. */
  private static Function<Iterator<Integer>, Iterator<SampleSums>> summing(Maker maker, int keep) {
    return indices -> {
      SampleJob here = maker.read();
      SampleSums sums = null;
      while (indices.hasNext()) {
        SampleSums one = SampleSums.of(here, maker.block(here, indices.next()), keep);
        sums = sums == null ? one : sums.merge(one);
      }
      return sums == null ? List.<SampleSums>of().iterator() : List.of(sums).iterator();
    };
  }
}
