package resgen.lab.cluster;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import resgen.codec.Extraction;
import resgen.codec.Features;
import resgen.lab.Sampled;
import resgen.lab.metric.Protocol;
import resgen.lab.metric.Report;

/**
 * What the extractor says of one block of samples; plain arrays that travel.
 *
 * @param index of the block
 * @param dimension of the features
 * @param features of its samples, end to end
 * @param scored how many classes the extractor scores; 0 if none
 * @param scores of its samples, end to end
 * @param generateSeconds for the tokens
 * @param decodeSeconds for the media
 * @param networkCalls in sequence, for each sample
 * @param made by what and on what
 */
public record SampleBlock(
    int index,
    int dimension,
    float[] features,
    int scored,
    float[] scores,
    double generateSeconds,
    double decodeSeconds,
    int networkCalls,
    Maker made)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * By what and on what samples are made: what all blocks of a job must have in common. Numbers
   * made by different kinds of devices differ in their last digits.
   *
   * @param network name of the extractor
   * @param hash of the extractor
   * @param preparation what it does to samples first, in words
   * @param shape of a sample, in words, as {@link resgen.codec.Media#shape}
   * @param machine in words, as {@code cpu, 1 thread}
   * @param batch samples that went through the network together, at most
   */
  public record Maker(
      String network, String hash, String preparation, String shape, String machine, int batch)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The kind of device: {@code cpu} or {@code gpu}. */
    public String device() {
      return machine.replaceFirst("[^a-z].*", "");
    }

    /**
     * What two sets of blocks have in common.
     *
     * @throws IllegalArgumentException if they are of different kinds of devices, or extractors
     */
    Maker and(Maker other) {
      if (!device().equals(other.device())) {
        throw new IllegalArgumentException(
            "samples were made by %s and by %s: numbers of different kinds of devices are not mixed"
                .formatted(machine, other.machine));
      }
      if (!hash.equals(other.hash)) {
        throw new IllegalArgumentException(
            "samples were seen by extractors %s and %s".formatted(hash, other.hash));
      }
      String least = machine.compareTo(other.machine) <= 0 ? machine : other.machine;
      return new Maker(network, hash, preparation, shape, least, Math.min(batch, other.batch));
    }
  }

  /** How many samples. */
  public int samples() {
    return features.length / dimension;
  }

  /**
   * All blocks of a job as one set of samples, in their order.
   *
   * @throws IllegalArgumentException if blocks are missing or twice, or were made by different
   *     kinds of devices
   */
  public static Sampled join(SampleJob job, List<SampleBlock> blocks) {
    List<SampleBlock> all = new ArrayList<>(blocks);
    all.sort(Comparator.comparingInt(SampleBlock::index));
    for (int i = 0; i < Math.max(all.size(), job.blocks()); i++) {
      if (i >= all.size() || i >= job.blocks() || all.get(i).index() != i) {
        throw new IllegalArgumentException(
            "block %d of %d is missing, twice, or one too many".formatted(i, job.blocks()));
      }
    }
    Maker made = all.stream().map(SampleBlock::made).reduce(Maker::and).orElseThrow();
    Extraction extraction =
        Extraction.concat(
            all.stream()
                .map(
                    block ->
                        new Extraction(
                            Features.of(block.dimension(), block.features()),
                            block.scored() == 0
                                ? Optional.empty()
                                : Optional.of(Features.of(block.scored(), block.scores()))))
                .toList());
    return new Sampled(
        extraction,
        new Report.Cost(
            all.stream().mapToDouble(SampleBlock::generateSeconds).sum(),
            all.stream().mapToDouble(SampleBlock::decodeSeconds).sum(),
            all.get(0).networkCalls()),
        new Protocol.Network(made.network(), made.hash()),
        made.preparation(),
        made.shape(),
        made.machine(),
        false);
  }
}
