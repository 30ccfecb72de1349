package resgen.lab.cluster;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.lab.Sampled;
import resgen.lab.study.Executor;

/**
 * Machines that do the lab's work: studies, cell by cell, and samples, block by block. Results do
 * not depend on how many machines there are, nor on which of them fail meanwhile.
 *
 * <pre>{@code
 * try (Cluster cluster = Cluster.connect("local-cluster[2,1,2048]", Map.of())) {
 *   Report report = Evaluation.of(model).against(images).sampledBy(cluster.source(job, n -> {})).run();
 * }
 * }</pre>
 */
public interface Cluster extends AutoCloseable {

  /**
   * A function of one argument that can be sent to other machines: a method of a class that is in a
   * jar there.
   *
   * @param <A> its argument
   * @param <B> its result
   */
  @FunctionalInterface
  interface Task<A extends Serializable, B extends Serializable> extends Serializable {

    /** The result. */
    B apply(A argument) throws Exception;
  }

  /**
   * Connects to a cluster, or starts one in processes of this machine.
   *
   * @param master the address, as {@code local-cluster[2,1,2048]} or {@code spark://host:7077}
   * @param settings of the cluster's own, by name
   * @throws ClusterMissingException saying what to install, if there is no module for it
   * @throws IllegalArgumentException if the address or a setting is wrong
   */
  static Cluster connect(String master, Map<String, String> settings) {
    return ClusterModule.provider().connect(master, settings);
  }

  /** What it is, in a line. */
  String description();

  /** Does studies' work, each piece that is missing once, the dearest first. */
  Executor studies();

  /**
   * Makes samples.
   *
   * @param progress told how many samples are finished
   * @return all blocks, in their order
   * @throws java.util.concurrent.CancellationException if interrupted
   */
  List<SampleBlock> samples(SampleJob job, IntConsumer progress);

  /**
   * Makes samples of which only sums are kept, so that their number costs no memory.
   *
   * @param keep how many samples have their features kept, the first ones
   * @throws java.util.concurrent.CancellationException if interrupted
   */
  SampleSums sums(SampleJob job, int keep, IntConsumer progress);

  /**
   * Writes the tokens of a folder's pictures. Nothing but codes leaves the machines.
   *
   * @param progress told how many pictures are finished
   * @throws IllegalArgumentException if the folder or the tokenizer is none
   * @throws IllegalStateException naming a picture that cannot be read, unless those are skipped,
   *     or if the output is there already
   * @throws java.util.concurrent.CancellationException if interrupted
   */
  FolderJob.Written tokens(FolderJob job, IntConsumer progress);

  /**
   * Tokens that {@link #tokens(FolderJob, IntConsumer)} has written, as the codec itself gives them
   * of the whole folder: in the same order, without what is broken. Their fingerprint is one of
   * paths, classes and codes, since no pixels are here.
   *
   * @param written the output
   * @param codec that made them
   * @throws IllegalArgumentException if they are of another codec, there are none, or none of a
   *     class
   */
  Tokens tokens(String written, Codec<?> codec);

  /**
   * Applies a function to each of some values, each a task of its own.
   *
   * @throws IllegalArgumentException if the function, or a value, is of a class that was defined in
   *     a notebook: the machines do not have it
   */
  <A extends Serializable, B extends Serializable> List<B> map(List<A> values, Task<A, B> task);

  /** Samples of a job's model and extractor for an {@link resgen.lab.Evaluation}. */
  default Sampled.Source source(SampleJob job, IntConsumer progress) {
    return (labels, sampling) -> {
      SampleJob own = job.with(sampling, labels.size());
      return SampleBlock.join(own, samples(own, progress));
    };
  }

  /** Ends the connection, and what was started for it. */
  @Override
  void close();
}
