package resgen.lab;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import resgen.Generator;
import resgen.Samples;
import resgen.codec.Codec;
import resgen.codec.Extractor;
import resgen.codec.Media;
import resgen.codec.Medium;
import resgen.lab.metric.FrechetMetric;
import resgen.lab.metric.Metric;
import resgen.lab.metric.Reference;
import resgen.lab.metric.Report;
import resgen.sample.Sampling;
import resgen.token.Labels;
import tech.tablesaw.api.Table;

/**
 * Measures a generator against real media:
 *
 * <pre>{@code
 * Evaluation.of(model).against(FashionMnist.train()).samples(5_000).run()
 * }</pre>
 *
 * <p>Immutable; every setting returns a changed copy. Samples have the classes in turn. An
 * interrupt ends the work within an instant; what is known of the finished samples by then, or
 * found without delay, is reported as partial. Nothing is written to the project's results but by
 * {@link Report#appendTo}.
 *
 * @param <X> the media
 */
public final class Evaluation<X extends Media<X>> {

  /** Makes samples, and tells of them as they come. */
  @FunctionalInterface
  public interface Sampler {
    /** As {@link Generator#sample(Labels, Sampling, Samples.Listener)}. */
    Samples sample(Labels labels, Sampling settings, Samples.Listener listener);
  }

  /**
   * What is evaluated, seen as a function; a {@link Generator} is one.
   *
   * @param description of it in a line
   * @param precision of its numbers
   * @param codec that its tokens are of
   * @param sampler that makes its samples
   */
  public record Subject(String description, String precision, Codec<?> codec, Sampler sampler) {

    /**
     * An evaluation with 10,000 samples of 28 steps against these real media as the reference;
     * usually the training media. If they are the training part of a data set that their medium
     * knows by name, its test part is held out unless other media are given.
     */
    public <X extends Media<X>> Evaluation<X> against(X media) {
      return new Evaluation<>(
          this,
          media,
          Optional.empty(),
          Optional.empty(),
          Metric.standard(),
          Sampling.steps(STEPS),
          FrechetMetric.ENOUGH,
          Optional.empty());
    }

    /** An evaluation by a benchmark, whose extractor is closed after the run. */
    public <X extends Media<X>> Report by(Benchmark<X> benchmark, int samples, Sampling sampling) {
      try (Extractor<X> network = benchmark.extractor().get()) {
        return against(benchmark.data().train())
            .heldOut(benchmark.data().test())
            .extractor(network)
            .metrics(benchmark.metrics())
            .samples(samples)
            .sampling(sampling)
            .run();
      }
    }
  }

  private static final int STEPS = 28;

  private final Subject subject;
  private final X reference;
  private final Optional<X> heldOut;
  private final Optional<Extractor<X>> extractor;
  private final List<Metric<X>> metrics;
  private final Sampling sampling;
  private final int samples;
  private final Optional<Sampled.Source> source;
  private Report report;

  private Evaluation(
      Subject subject,
      X reference,
      Optional<X> heldOut,
      Optional<Extractor<X>> extractor,
      List<Metric<X>> metrics,
      Sampling sampling,
      int samples,
      Optional<Sampled.Source> source) {
    this.subject = subject;
    this.reference = reference;
    this.heldOut = heldOut;
    this.extractor = extractor;
    this.metrics = List.copyOf(metrics);
    this.sampling = sampling;
    this.samples = samples;
    this.source = source;
  }

  /** A model to evaluate; {@link Subject#against} says against what. */
  public static Subject of(Generator model) {
    return of(model, finished -> {});
  }

  /**
   * As {@link #of(Generator)}.
   *
   * @param progress told, while samples are made, how many are finished
   */
  public static Subject of(Generator model, IntConsumer progress) {
    Sampler sampler =
        (labels, settings, listener) ->
            model.sample(
                labels,
                settings,
                (done, some) -> {
                  listener.made(done, some);
                  if (!Thread.currentThread().isInterrupted()) {
                    progress.accept(done);
                  }
                });
    return new Subject(model.description(), model.precision(), model.codec(), sampler);
  }

  /** With media that the model never saw, for the floors of R; the reference is of its training. */
  public Evaluation<X> heldOut(X media) {
    return new Evaluation<>(
        subject, reference, Optional.of(media), extractor, metrics, sampling, samples, source);
  }

  /** With the features of another network than the one that fits the media. */
  public Evaluation<X> extractor(Extractor<X> network) {
    return new Evaluation<>(
        subject, reference, heldOut, Optional.of(network), metrics, sampling, samples, source);
  }

  /** With other metrics than {@link Metric#standard}. */
  public Evaluation<X> metrics(List<Metric<X>> others) {
    return new Evaluation<>(
        subject, reference, heldOut, extractor, others, sampling, samples, source);
  }

  /** With other settings of sampling. */
  public Evaluation<X> sampling(Sampling settings) {
    return new Evaluation<>(
        subject, reference, heldOut, extractor, metrics, settings, samples, source);
  }

  /** With another number of samples, 2 or more. */
  public Evaluation<X> samples(int count) {
    if (count < 2) {
      throw new IllegalArgumentException("samples " + count + " is less than 2");
    }
    return new Evaluation<>(
        subject, reference, heldOut, extractor, metrics, sampling, count, source);
  }

  /**
   * With samples that are made and looked at elsewhere, by the same model and extractor; they are
   * compared and measured here.
   */
  public Evaluation<X> sampledBy(Sampled.Source elsewhere) {
    return new Evaluation<>(
        subject, reference, heldOut, extractor, metrics, sampling, samples, Optional.of(elsewhere));
  }

  /** With another seed of the samples. */
  public Evaluation<X> seed(long seed) {
    return sampling(sampling.seed(seed));
  }

  /**
   * Measures; the second time, what was measured the first time.
   *
   * @throws IllegalArgumentException if no extractor is known for the media, the media have no
   *     classes, or the model makes media of another kind or shape
   * @throws CancellationException if interrupted before there were two samples
   */
  public synchronized Report run() {
    if (report != null) {
      return report;
    }
    if (extractor.isPresent()) {
      return kept(measure(extractor.get()));
    }
    try (Extractor<X> own = Benchmark.usual(reference)) {
      return kept(measure(own));
    }
  }

  private Report measure(Extractor<X> network) {
    return new EvaluationRun<>(
            subject,
            Reference.of(reference, network),
            heldOut.or(() -> Medium.heldOut(reference)),
            network,
            metrics,
            source)
        .report(samples, sampling);
  }

  private Report kept(Report measured) {
    if (!measured.progress().interrupted()) {
      report = measured;
    }
    return measured;
  }

  /** The report's table; measures first if need be. */
  public Table toTable() {
    return run().toTable();
  }

  /** What a notebook shows; measures first if need be. */
  public String toHtml() {
    return run().toHtml();
  }

  @Override
  public String toString() {
    return "an evaluation of %s: %,d samples against %s%s"
        .formatted(subject.description(), samples, reference, report == null ? ", not run" : "");
  }
}
