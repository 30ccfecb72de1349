package resgen.lab;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import resgen.Samples;
import resgen.codec.Codec;
import resgen.codec.Extractor;
import resgen.codec.Media;
import resgen.lab.metric.Evidence;
import resgen.lab.metric.Measured;
import resgen.lab.metric.Metric;
import resgen.lab.metric.Protocol;
import resgen.lab.metric.Reference;
import resgen.lab.metric.Report;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.settings.SourceCommit;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.torch.Torch;

/**
 * One run of an {@link Evaluation}.
 *
 * <p>After an interrupt only what takes an instant is measured.
 *
 * @param subject makes the samples
 * @param against what they are compared with
 * @param heldOut media for the floors of R
 * @param network sees them
 * @param metrics measure them
 */
record EvaluationRun<X extends Media<X>>(
    Evaluation.Subject subject,
    Reference<X> against,
    Optional<X> heldOut,
    Extractor<X> network,
    List<Metric<X>> metrics) {

  /**
   * Makes samples and measures them.
   *
   * @throws CancellationException if interrupted before there were two samples
   */
  Report report(int samples, Sampling sampling) {
    long start = System.nanoTime();
    if (against.classNames().isEmpty()) {
      throw new IllegalArgumentException(
          against.split() + " has no classes, and samples are asked for by class");
    }
    heldOut.ifPresent(
        unseen ->
            Condition.Classes.requireSame(
                against.split(), against.media().conditions(), unseen.name(), unseen.conditions()));
    SeenSamples<X> seen = new SeenSamples<>(network, against.media());
    Labels labels = Labels.cycle(samples, against.classNames().size());
    Samples made = subject.sampler().sample(labels, sampling, seen);
    boolean stopped = Thread.interrupted() | made.interrupted() | seen.stopped();
    if (seen.count() < 2) {
      throw new CancellationException(
          "interrupted after " + seen.count() + " of " + samples + " samples");
    }
    Report.Cost cost =
        new Report.Cost(made.generateSeconds(), made.decodeSeconds(), made.networkCalls());
    Evidence<X> evidence =
        new Evidence<>(
            against,
            heldOut,
            network,
            codec(),
            seen.extraction(),
            labels.range(0, seen.count()),
            samples,
            cost);
    List<Measured> found = Metric.all(metrics, evidence, stopped);
    stopped |= Thread.interrupted();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Report(
        subject.description(),
        found,
        cost,
        new Report.Progress(seen.count(), samples, stopped),
        protocol(made.as(seen.type()), seen.count(), sampling, seconds));
  }

  /** The samples were of type X, so the codec that decoded them is. */
  @SuppressWarnings("unchecked")
  private Codec<X> codec() {
    return (Codec<X>) subject.codec();
  }

  private Protocol protocol(X made, int count, Sampling sampling, double seconds) {
    return new Protocol(
        network.metric(),
        count,
        new Protocol.Reference(against.split(), against.count()),
        new Protocol.Network(network.name(), network.hash()),
        network.preparation(made),
        Json.line(sampling),
        List.of(sampling.seed()),
        new Protocol.Run(
            SourceCommit.current(), seconds, Torch.machine() + ", " + subject.precision()));
  }
}
