package resgen.lab;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;
import resgen.Generator;
import resgen.Samples;
import resgen.codec.Extractor;
import resgen.lab.metric.Comparison;
import resgen.lab.metric.Reference;
import resgen.lab.metric.Report;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.vision.FashionMnist;
import resgen.vision.Images;
import resgen.vision.extract.FashionClassifier;
import resgen.vision.tokenizer.Tokenizer;
import tech.tablesaw.api.Table;

/**
 * Measures a generator against real images:
 *
 * <pre>{@code
 * Evaluation.of(model).against(FashionMnist.train()).samples(5_000).run()
 * }</pre>
 *
 * <p>Immutable; every setting returns a changed copy. Samples have the classes in turn. An
 * interrupt ends the work within an instant; what is known of the finished samples by then, or
 * found without delay, is reported as partial. Nothing is written to the project's results but by
 * {@link Report#appendTo}.
 */
public final class Evaluation {

  /** What is evaluated, seen as a function; a {@link Generator} is one. */
  record Subject(String description, String precision, Tokenizer tokenizer, Sampler sampler) {}

  /** Makes samples, and tells of them as they come. */
  @FunctionalInterface
  interface Sampler {
    Samples sample(Labels labels, Sampling settings, Samples.Listener listener);
  }

  private static final int STEPS = 28;

  private final Subject subject;
  private final Optional<Images> reference;
  private final Optional<Images> heldOut;
  private final Optional<Extractor<Images>> extractor;
  private final Sampling sampling;
  private final int samples;
  private Report report;

  private Evaluation(
      Subject subject,
      Optional<Images> reference,
      Optional<Images> heldOut,
      Optional<Extractor<Images>> extractor,
      Sampling sampling,
      int samples) {
    this.subject = subject;
    this.reference = reference;
    this.heldOut = heldOut;
    this.extractor = extractor;
    this.sampling = sampling;
    this.samples = samples;
  }

  /** An evaluation of a model with 10,000 samples of 28 steps; against what is to be said. */
  public static Evaluation of(Generator model) {
    return of(model, finished -> {});
  }

  /**
   * As {@link #of(Generator)}.
   *
   * @param progress told, while samples are made, how many are finished
   */
  public static Evaluation of(Generator model, IntConsumer progress) {
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
    return of(
        new Subject(model.description(), model.precision(), (Tokenizer) model.codec(), sampler));
  }

  static Evaluation of(Subject subject) {
    return new Evaluation(
        subject,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Sampling.steps(STEPS),
        Comparison.ENOUGH);
  }

  /**
   * With these real images as the reference; usually the training images. Against Fashion-MNIST's
   * training images, its test images are held out unless others are given.
   */
  public Evaluation against(Images images) {
    return new Evaluation(subject, Optional.of(images), heldOut, extractor, sampling, samples);
  }

  /**
   * With images that the model never saw, for the floors of R; the reference is of its training.
   */
  public Evaluation heldOut(Images images) {
    return new Evaluation(subject, reference, Optional.of(images), extractor, sampling, samples);
  }

  /** With the features of another network than the one that fits the images. */
  public Evaluation extractor(Extractor<Images> network) {
    return new Evaluation(subject, reference, heldOut, Optional.of(network), sampling, samples);
  }

  /** With other settings of sampling. */
  public Evaluation sampling(Sampling settings) {
    return new Evaluation(subject, reference, heldOut, extractor, settings, samples);
  }

  /** With another number of samples, 2 or more. */
  public Evaluation samples(int count) {
    if (count < 2) {
      throw new IllegalArgumentException("samples " + count + " is less than 2");
    }
    return new Evaluation(subject, reference, heldOut, extractor, sampling, count);
  }

  /** With another seed of the samples. */
  public Evaluation seed(long seed) {
    return sampling(sampling.seed(seed));
  }

  /**
   * Measures; the second time, what was measured the first time.
   *
   * @throws IllegalStateException without a reference
   * @throws IllegalArgumentException if no extractor is known for the images, or the model makes
   *     images of another size
   * @throws CancellationException if interrupted before there were two samples
   */
  public synchronized Report run() {
    if (report != null) {
      return report;
    }
    Images real =
        reference.orElseThrow(
            () -> new IllegalStateException("against what? Call against(images) first"));
    if (extractor.isPresent()) {
      return kept(measure(real, extractor.get()));
    }
    try (Extractor<Images> own = fitting(real)) {
      return kept(measure(real, own));
    }
  }

  private Report measure(Images real, Extractor<Images> network) {
    return new EvaluationRun(subject, Reference.of(real, network), heldOut, network)
        .report(samples, sampling);
  }

  private Report kept(Report measured) {
    if (!measured.progress().interrupted()) {
      report = measured;
    }
    return measured;
  }

  private static Extractor<Images> fitting(Images images) {
    if (images.classNames().equals(FashionMnist.CLASS_NAMES)) {
      return FashionClassifier.load();
    }
    throw new IllegalArgumentException(
        images.name()
            + ": no extractor of the project's own fits; give"
            + " extractor(InceptionExtractor.load(file)) or"
            + " extractor(MobileNetExtractor.load(folder))");
  }

  /** The report's table; measures first if need be. */
  public Table toTable() {
    return run().toTable();
  }

  /** What a notebook shows; measures first if need be. */
  public String toHtml() {
    return run().toHtml();
  }
}
