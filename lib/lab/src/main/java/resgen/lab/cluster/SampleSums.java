package resgen.lab.cluster;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import resgen.codec.Features;
import resgen.lab.metric.FixedPointMoments;
import resgen.settings.Hashes;
import resgen.token.Labels;

/**
 * What is kept of any number of samples: moments, the features of the first ones (for precision and
 * recall), how many were seen as the class that they were asked for. All of it is integers or
 * copies, so that it is the same to the last bit in however many parts and in whatever order blocks
 * come; a block that is missing or counted twice is noticed.
 *
 * @param moments of all features
 * @param head features of the first samples, by block
 * @param right samples that the extractor sees as the class that they were asked for; 0 of an
 *     extractor without classes
 * @param blocks a hash of which blocks are in it, summed modulo 2⁶⁴
 * @param made by what and on what
 */
public record SampleSums(
    FixedPointMoments moments,
    TreeMap<Integer, float[]> head,
    long right,
    long blocks,
    SampleBlock.Maker made)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Of one block.
   *
   * @param keep how many samples of the whole job have their features kept, the first ones
   */
  public static SampleSums of(SampleJob job, SampleBlock block, int keep) {
    TreeMap<Integer, float[]> head = new TreeMap<>();
    int kept = Math.min(block.samples(), keep - job.from(block.index()));
    if (kept > 0) {
      head.put(block.index(), java.util.Arrays.copyOf(block.features(), kept * block.dimension()));
    }
    return new SampleSums(
        new FixedPointMoments(block.dimension()).add(block.features()),
        head,
        right(job, block),
        mix(block.index()),
        block.made());
  }

  private static long right(SampleJob job, SampleBlock block) {
    if (block.scored() == 0) {
      return 0;
    }
    Labels wanted = job.labels(block.index());
    Features scores = Features.of(block.scored(), block.scores());
    Labels seen =
        new resgen.codec.Extraction(scores, java.util.Optional.of(scores)).classes().orElseThrow();
    long right = 0;
    for (int i = 0; i < wanted.size(); i++) {
      right += wanted.get(i) == seen.get(i) ? 1 : 0;
    }
    return right;
  }

  /**
   * Of both sets of blocks together.
   *
   * @throws IllegalArgumentException if they were made by different kinds of devices
   */
  public SampleSums merge(SampleSums other) {
    TreeMap<Integer, float[]> both = new TreeMap<>(head);
    both.putAll(other.head);
    return new SampleSums(
        moments.merge(other.moments),
        both,
        right + other.right,
        blocks + other.blocks,
        made.and(other.made));
  }

  /**
   * These sums, if they are of each block of the job exactly once.
   *
   * @throws IllegalStateException if not
   */
  public SampleSums complete(SampleJob job) {
    long expected = 0;
    for (int block = 0; block < job.blocks(); block++) {
      expected += mix(block);
    }
    if (blocks != expected || moments.count() != job.samples()) {
      throw new IllegalStateException(
          "the sums are of %,d samples in other blocks than the %,d samples of the job"
              .formatted(moments.count(), job.samples()));
    }
    return this;
  }

  /** A bijection of 64 bits (Stafford's variant 13 of MurmurHash3's finalizer). */
  private static long mix(long block) {
    long z = block + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The features that were kept, in the order of the samples. */
  public Features first() {
    List<Features> parts = new ArrayList<>();
    head.values().forEach(part -> parts.add(Features.of(moments.dimension(), part)));
    return Features.concat(parts);
  }

  /** How many samples. */
  public long count() {
    return moments.count();
  }

  /**
   * Hash of the job, the kind of device and all numbers: equal for equal results. Numbers of a CPU
   * and of a GPU differ, and so do these.
   */
  public String fingerprint(SampleJob job) {
    var digest = Hashes.digest();
    java.nio.ByteBuffer word = java.nio.ByteBuffer.allocate(8);
    digest.update(
        (job.fingerprint() + made.device() + made.batch())
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    for (long value : moments.words()) {
      digest.update(word.clear().putLong(value).flip());
    }
    for (Map.Entry<Integer, float[]> part : head.entrySet()) {
      for (float value : part.getValue()) {
        digest.update(word.clear().putLong(Float.floatToIntBits(value)).flip());
      }
    }
    digest.update(word.clear().putLong(right).flip());
    return Hashes.shortHex(digest);
  }
}
