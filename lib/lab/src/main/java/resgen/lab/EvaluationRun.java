package resgen.lab;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import resgen.Samples;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.lab.metric.Comparison;
import resgen.lab.metric.Floors;
import resgen.lab.metric.Frechet;
import resgen.lab.metric.Moments;
import resgen.lab.metric.Protocol;
import resgen.lab.metric.Reference;
import resgen.lab.metric.Report;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.settings.SourceCommit;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.torch.Torch;
import resgen.vision.FashionMnist;
import resgen.vision.Images;

/**
 * One run of an {@link Evaluation}.
 *
 * <p>After an interrupt only what takes an instant is done: precision and recall, the kernel
 * distance and R are left out of the report.
 *
 * @param subject makes the samples
 * @param against what they are compared with
 * @param heldOut images for the floors of R, if others than the usual ones
 * @param network sees them
 */
record EvaluationRun(
    Evaluation.Subject subject,
    Reference against,
    Optional<Images> heldOut,
    Extractor<Images> network) {

  private static final long FLOORS_SEED = 0;

  /**
   * Makes samples and measures them.
   *
   * @throws CancellationException if interrupted before there were two samples
   */
  Report report(int samples, Sampling sampling) {
    long start = System.nanoTime();
    SeenSamples seen = new SeenSamples(network, against.images());
    Labels labels = Labels.cycle(samples, against.images().classNames().size());
    Samples made = subject.sampler().sample(labels, sampling, seen);
    boolean stopped = Thread.interrupted() | made.interrupted() | seen.stopped();
    if (seen.count() < 2) {
      throw new CancellationException(
          "interrupted after " + seen.count() + " of " + samples + " samples");
    }
    Extraction extraction = seen.extraction();
    Comparison comparison = compare(extraction, labels.range(0, seen.count()), stopped);
    double seconds = (System.nanoTime() - start) / 1e9;
    Optional<Report.Relative> relative =
        stopped ? Optional.empty() : unlessInterrupted(() -> relative(extraction, samples));
    stopped |= Thread.interrupted();
    return new Report(
        subject.description(),
        comparison,
        relative,
        new Report.Cost(made.generateSeconds(), made.decodeSeconds(), made.networkCalls()),
        new Report.Progress(seen.count(), samples, stopped),
        Report.Names.of(network),
        protocol(Images.of(made), seen.count(), sampling, seconds));
  }

  private static <T> Optional<T> unlessInterrupted(Supplier<Optional<T>> work) {
    try {
      return Thread.currentThread().isInterrupted() ? Optional.empty() : work.get();
    } catch (CancellationException e) {
      return Optional.empty();
    }
  }

  private Comparison compare(Extraction seen, Labels wanted, boolean stopped) {
    boolean scores = network.classNames().equals(against.images().classNames());
    List<String> names = scores ? network.classNames() : List.of();
    return stopped
        ? Comparison.quick(against, seen, wanted, names)
        : Comparison.of(against, seen, wanted, names);
  }

  private Optional<Report.Relative> relative(Extraction seen, int samples) {
    Optional<Images> unseen = heldOut.or(() -> usualHeldOut(against.images()));
    if (unseen.isEmpty()) {
      return Optional.empty();
    }
    Condition.Classes.requireSame(
        against.images().name(),
        against.images().classNames(),
        unseen.get().name(),
        unseen.get().classNames());
    int count = IntStream.of(Floors.SAMPLES, samples, unseen.get().size()).min().getAsInt();
    Floors floors =
        Floors.of(subject.tokenizer(), against, unseen.get(), network, count, FLOORS_SEED);
    double distance = Frechet.distance(Moments.of(seen.take(count).features()), against.moments());
    return Optional.of(new Report.Relative(distance, floors));
  }

  private static Optional<Images> usualHeldOut(Images images) {
    return images.name().equals("fashion-mnist/train")
        ? Optional.of(FashionMnist.test())
        : Optional.empty();
  }

  private Protocol protocol(Images made, int count, Sampling sampling, double seconds) {
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
