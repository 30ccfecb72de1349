package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.codec.Extractor;
import resgen.codec.Medium;
import resgen.lab.Evaluation;
import resgen.lab.cluster.Cluster;
import resgen.lab.cluster.SampleJob;
import resgen.lab.metric.Glossary;
import resgen.lab.metric.Measured;
import resgen.lab.metric.Report;
import resgen.lab.metric.Results;
import resgen.sample.Sampling;
import resgen.vision.FashionMnist;
import resgen.vision.Images;
import resgen.vision.extract.OwnClassifier;
import resgen.vision.tokenizer.Tokenizer;

/** {@code resgen evaluate}: a generator to numbers. */
@Command(
    name = "evaluate",
    description = {
      "Measure a model's samples against real images, and say by which protocol.",
      "The reference is the data's training part; its held-out part gives the floors of R."
    },
    mixinStandardHelpOptions = true)
final class Evaluate implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private DataOptions data;
  @Mixin private SamplingOptions settings;
  @Mixin private MachineOptions machine;
  @Mixin private ModelOptions model;
  @Mixin private SparkOptions spark;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Images to draw, 2 or more (${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--extractor",
      paramLabel = "WHAT",
      description = {
        "Whose features are compared: inception:FILE, mobilenet:FOLDER or classifier:FILE (of"
            + " Fashion-MNIST the shipped classifier; of other images one that is trained on them,"
            + " FD-own)."
      })
  private String extractor;

  @Option(
      names = "--append",
      description = "Add the numbers to the project's data/results/evaluations.csv.")
  private boolean append;

  @Option(names = "--explain", description = "Say below what each number is.")
  private boolean explain;

  Evaluate() {}

  @Override
  public Integer call() {
    settings.sampling(); // wrong ones are told before the work
    if (samples < 2) {
      throw wrong("--samples " + samples + " is less than 2");
    }
    if (extractor != null && !extractor.matches("(inception|mobilenet|classifier):.+")) {
      throw wrong(
          "--extractor '"
              + extractor
              + "' is not inception:FILE, mobilenet:FOLDER or classifier:FILE");
    }
    machine.apply();
    Optional<Cluster> cluster = spark.connect();
    try {
      return evaluate(cluster);
    } finally {
      cluster.ifPresent(Cluster::close);
    }
  }

  private int evaluate(Optional<Cluster> cluster) {
    PrintWriter err = spec.commandLine().getErr();
    try (Generator generator = model.load();
        Interrupt interrupt = Interrupt.of(err);
        Progress progress = new Progress("images", err)) {
      err.println(generator.description());
      Sampling sampling = settings.sampling(generator);
      data.like((Tokenizer) generator.codec()).classes(generator.codec().classNames());
      Images real = data.train();
      Images unseen = data.test();
      Optional<Extractor<Images>> network;
      try {
        network = network(real);
      } catch (CancellationException e) {
        err.println(e.getMessage() + "; nothing is measured");
        return Main.INTERRUPTED;
      }
      progress.at(0, samples, Map.of());
      Evaluation<Images> evaluation =
          Evaluation.of(generator, done -> progress.at(done, samples, Map.of()))
              .against(real)
              .heldOut(unseen)
              .samples(samples)
              .sampling(sampling);
      if (cluster.isPresent()) {
        SampleJob job = job(real, sampling);
        evaluation =
            evaluation.sampledBy(
                cluster.get().source(job, done -> progress.at(done, samples, Map.of())));
      }
      Optional<Report> report = measured(evaluation, network);
      progress.close();
      if (report.isEmpty()) {
        err.println("interrupted before anything could be measured; nothing is saved");
        return Main.INTERRUPTED;
      }
      boolean stopped = interrupt.requested() | report.get().progress().interrupted();
      show(
          stopped ? report.get() : withContext(report.get(), generator, unseen, sampling), stopped);
      return stopped ? Main.INTERRUPTED : Main.OK;
    }
  }

  /** What the executors are to do. */
  private SampleJob job(Images real, Sampling sampling) {
    String network =
        extractor != null
            ? extractor
            : Medium.of(real)
                .extractorFile(real)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            real.name() + ": no extractor in a file is known; give --extractor"));
    return new SampleJob(
        model.name(), model.precision(), network, sampling, samples, real.classNames().size());
  }

  private static Optional<Report> measured(
      Evaluation<Images> evaluation, Optional<Extractor<Images>> given) {
    try {
      if (given.isEmpty()) {
        return Optional.of(evaluation.run());
      }
      try (Extractor<Images> network = given.get()) {
        return Optional.of(evaluation.extractor(network).run());
      }
    } catch (CancellationException e) {
      return Optional.empty();
    }
  }

  /** The extractor asked for; else, of images that have none, their own. */
  private Optional<Extractor<Images>> network(Images real) {
    if (extractor == null) {
      return real.classNames().equals(FashionMnist.CLASS_NAMES)
          ? Optional.empty()
          : Optional.of(own(real));
    }
    int colon = extractor.indexOf(':');
    return Medium.of(real)
        .extractor(extractor.substring(0, colon), Path.of(extractor.substring(colon + 1)));
  }

  private Extractor<Images> own(Images real) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(OwnClassifier.METRIC + " by a small classifier of " + real.name() + " itself");
    try (Steps steps = new Steps(err)) {
      return OwnClassifier.of(real, steps);
    }
  }

  private void show(Report report, boolean stopped) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(report.toText(Progress.width()));
    if (explain) {
      out.println();
      out.print(Glossary.text(Progress.width()));
    }
    if (stopped) {
      out.printf(
          "interrupted: of the first %,d of %,d samples; nothing is added to the results%n",
          report.progress().samples(), report.progress().of());
    } else if (append) {
      Results results = Results.ofProject();
      boolean added = report.appendTo(results);
      out.println((added ? "added to " : "was already in ") + results.file(Report.RESULTS));
    }
    out.flush();
  }

  private static Report withContext(
      Report report, Generator generator, Images unseen, Sampling sampling) {
    return generator
        .contextGain(((Tokenizer) generator.codec()).encode(unseen), sampling.draw().noiseScale())
        .map(
            context ->
                Measured.of(
                    "context_gain",
                    "context gain",
                    context.gain(),
                    "nats: cross-entropy of depth 1, %.3f all masked, less %.3f one masked"
                        .formatted(context.allMasked(), context.oneMasked())))
        .map(report::with)
        .orElse(report);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
