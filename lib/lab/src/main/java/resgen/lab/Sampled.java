package resgen.lab;

import resgen.codec.Extraction;
import resgen.lab.metric.Protocol;
import resgen.lab.metric.Report;
import resgen.sample.Sampling;
import resgen.token.Labels;

/**
 * What an extractor says of samples, wherever they were made.
 *
 * @param extraction of the samples that were made, the first ones
 * @param cost what they took, on all machines together
 * @param network the extractor
 * @param preparation what it does to them first, in words
 * @param shape of a sample, in words, as {@link resgen.codec.Media#shape}
 * @param machine on what they were made, in words
 * @param interrupted whether samples are missing because of an interrupt
 */
public record Sampled(
    Extraction extraction,
    Report.Cost cost,
    Protocol.Network network,
    String preparation,
    String shape,
    String machine,
    boolean interrupted) {

  /** Makes samples and looks at them. */
  @FunctionalInterface
  public interface Source {

    /**
     * Makes a sample for each label.
     *
     * @throws java.util.concurrent.CancellationException if interrupted before there were two
     */
    Sampled sample(Labels labels, Sampling sampling);
  }

  /** How many there are. */
  public int count() {
    return extraction.features().count();
  }
}
