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
 * @param source makes and looks at the samples elsewhere; empty for here
 */
record EvaluationRun<X extends Media<X>>(
    Evaluation.Subject subject,
    Reference<X> against,
    Optional<X> heldOut,
    Extractor<X> network,
    List<Metric<X>> metrics,
    Optional<Sampled.Source> source) {

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
    Labels labels = Labels.cycle(samples, against.classNames().size());
    Sampled made = source.orElse(this::here).sample(labels, sampling);
    if (!made.network().equals(extractor())) {
      throw new IllegalArgumentException(
          "the samples were seen by %s, the reference by %s"
              .formatted(made.network(), extractor()));
    }
    if (!made.shape().equals(against.media().shape())) {
      throw new IllegalArgumentException(
          "the model makes samples of %s, but %s has %s"
              .formatted(made.shape(), against.split(), against.media().shape()));
    }
    Evidence<X> evidence =
        new Evidence<>(
            against,
            heldOut,
            network,
            codec(),
            made.extraction(),
            labels.range(0, made.count()),
            samples,
            made.cost());
    List<Measured> found = Metric.all(metrics, evidence, made.interrupted());
    boolean stopped = made.interrupted() | Thread.interrupted();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Report(
        subject.description(),
        found,
        made.cost(),
        new Report.Progress(made.count(), samples, stopped),
        protocol(made, sampling, seconds));
  }

  /** Makes the samples in this process, and looks at each batch as soon as it is made. */
  private Sampled here(Labels labels, Sampling sampling) {
    SeenSamples<X> seen = new SeenSamples<>(network, against.media());
    Samples made = subject.sampler().sample(labels, sampling, seen);
    boolean stopped = Thread.interrupted() | made.interrupted() | seen.stopped();
    if (seen.count() < 2) {
      throw new CancellationException(
          "interrupted after " + seen.count() + " of " + labels.size() + " samples");
    }
    return new Sampled(
        seen.extraction(),
        new Report.Cost(made.generateSeconds(), made.decodeSeconds(), made.networkCalls()),
        extractor(),
        network.preparation(made.as(seen.type())),
        against.media().shape(),
        Torch.machine(),
        stopped);
  }

  private Protocol.Network extractor() {
    return new Protocol.Network(network.name(), network.hash());
  }

  /** The samples were of type X, so the codec that decoded them is. */
  @SuppressWarnings("unchecked")
  private Codec<X> codec() {
    return (Codec<X>) subject.codec();
  }

  private Protocol protocol(Sampled made, Sampling sampling, double seconds) {
    return new Protocol(
        network.metric(),
        made.count(),
        new Protocol.Reference(against.split(), against.count()),
        extractor(),
        made.preparation(),
        Json.line(sampling),
        List.of(sampling.seed()),
        new Protocol.Run(
            SourceCommit.current(), seconds, made.machine() + ", " + subject.precision()));
  }
}
