package resgen.lab.study;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import resgen.head.HeadSpec;
import resgen.lab.metric.Glossary;
import resgen.lab.metric.Results;
import resgen.sample.Sampling;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a study found so far, and what it lacks. Only rows of numbers that the study asks for now
 * count: those of settings that have since been changed are left out.
 */
public final class StudyResults {

  private static final double BESIDE = 1.5; // the clock over processors, with other work beside

  private final Study study;
  private final List<Measurement> measurements;

  private StudyResults(Study study, List<Measurement> measurements) {
    this.study = study;
    this.measurements = measurements;
  }

  /** One of the project's studies, as far as {@code data/results} has it. */
  public static StudyResults load(String name) {
    return of(Study.load(name), Results.ofProject());
  }

  /** Does what a project's study lacks, saying so line by line, and loads it. */
  public static StudyResults compute(String name) {
    Study study = Study.load(name);
    try (StudyRunner<?> runner = StudyRunner.of(study.benchmark(), Results.ofProject())) {
      runner.run(study, cell -> true, StudyWatcher.lines(System.out::println));
    }
    return load(name);
  }

  /**
   * A study's numbers.
   *
   * @param results which may lack the study's file
   */
  public static StudyResults of(Study study, Results results) {
    Table rows =
        Files.exists(results.file(study.name()))
            ? results.table(study.name())
            : Table.create(StringColumn.create("cell"));
    List<Measurement> found = new ArrayList<>();
    for (Experiment experiment : study.experiments()) {
      if (experiment.samples() > 0) {
        for (Sampling sampling : experiment.samplings()) {
          Set<String> ids =
              experiment.seeds().stream()
                  .map(seed -> new Cell(experiment, sampling.seed(seed)).id())
                  .collect(Collectors.toSet());
          found.add(
              new Measurement(
                  experiment, sampling, rows.where(rows.stringColumn("cell").isIn(ids))));
        }
      }
    }
    return new StudyResults(study, List.copyOf(found));
  }

  /** Every model in every way that the study asks for, measured or not. */
  public List<Measurement> all() {
    return measurements;
  }

  /** Those of some kind that are measured. */
  public List<Measurement> known(Predicate<Measurement> which) {
    return measurements.stream().filter(Measurement::known).filter(which).toList();
  }

  /** Those of one experiment, measured or not. */
  public List<Measurement> of(String title) {
    return measurements.stream().filter(m -> m.title().equals(title)).toList();
  }

  /**
   * The one of an experiment that fits.
   *
   * @throws IllegalArgumentException if the study does not ask for exactly one
   */
  public Measurement one(String title, Predicate<Measurement> which) {
    List<Measurement> fitting = of(title).stream().filter(which).toList();
    if (fitting.size() != 1) {
      throw new IllegalArgumentException(
          "%s has %d such ways to sample %s, not one; models: %s"
              .formatted(
                  study.name(),
                  fitting.size(),
                  title,
                  measurements.stream().map(Measurement::title).distinct().toList()));
    }
    return fitting.get(0);
  }

  /** How far it is, in one line, with the command that does the rest. */
  public String standing() {
    long wanted = study.cells().stream().map(Cell::id).distinct().count(); // sweeps may meet in one
    long done =
        measurements.stream()
            .filter(Measurement::known)
            .flatMap(m -> m.rows().stringColumn("cell").asList().stream())
            .distinct()
            .count();
    String line =
        String.format(Locale.ROOT, "%s: %d of %d numbers measured", study.name(), done, wanted);
    return done == wanted
        ? line
        : line + "; the rest is missing until: environment/resgen study " + study.name();
  }

  /** The ways of sampling that lack seeds, with how many. */
  public Table missing() {
    Table table = settings("missing");
    IntColumn lacking = IntColumn.create("seeds missing");
    for (Measurement m : measurements) {
      int seeds = m.experiment().seeds().size() - m.rows().rowCount();
      if (seeds > 0) {
        describe(table, m);
        lacking.append(seeds);
      }
    }
    return table.addColumns(lacking);
  }

  /**
   * The distance of an experiment over trainings: over the experiments of the study that differ
   * from it only in the seed of the training, each with the mean over its sampling seeds. This is
   * the spread that a claim about a way to train has to exceed; that of {@link
   * Measurement#distance} is of one trained model.
   *
   * @param which way of sampling; exactly one of each experiment
   * @return of a single training, its distance with an unknown deviation
   */
  public Spread trainings(String title, Predicate<Measurement> which) {
    Measurement one = one(title, which);
    double[] each =
        measurements.stream()
            .filter(which)
            .filter(m -> retrained(m, one) && m.known())
            .mapToDouble(m -> m.distance().mean())
            .toArray();
    return Spread.of(each, new double[0]);
  }

  /**
   * The distance of an experiment with the widest spread that the study knows: over {@link
   * #trainings trainings} where there are several, else that of the one trained model. Claims that
   * rest on it do not contradict those about several trainings.
   *
   * @param which way of sampling; exactly one of each experiment
   */
  public Spread distance(String title, Predicate<Measurement> which) {
    Spread trainings = trainings(title, which);
    return trainings.repetitions() > 1 ? trainings : one(title, which).distance();
  }

  private static boolean retrained(Measurement a, Measurement b) {
    return a.sampling().equals(b.sampling())
        && a.experiment().samples() == b.experiment().samples()
        && a.experiment().data().equals(b.experiment().data())
        && a.experiment().tokenizer().identity().equals(b.experiment().tokenizer().identity())
        && a.experiment().settings().equals(b.experiment().settings())
        && a.experiment().training().seed(0).equals(b.experiment().training().seed(0));
  }

  /**
   * The metrics of the study's data by their names, with what each is in words; to be shown below
   * tables.
   */
  public Table definitions() {
    return Glossary.table(study.benchmark().metrics());
  }

  /**
   * The measured numbers, a row for each way of sampling. Seconds are those of processors, which
   * other work beside does not lengthen; where the clock showed half as much again or more, {@code
   * *} tells that there was such work.
   *
   * @param which of them
   */
  public Table table(Predicate<Measurement> which) {
    Table table = settings(study.name());
    StringColumn distance = StringColumn.create(metric());
    StringColumn over = StringColumn.create("± over");
    StringColumn relative = StringColumn.create("R");
    StringColumn accuracy = StringColumn.create("class accuracy");
    StringColumn precision = StringColumn.create("precision / recall");
    StringColumn calls = StringColumn.create("network calls");
    StringColumn seconds = StringColumn.create("processor seconds a sample");
    for (Measurement m : known(which)) {
      describe(table, m);
      distance.append(m.distance().text(2));
      over.append(m.rows().rowCount() > 1 ? m.rows().rowCount() + " seeds" : "bootstrap");
      relative.append(m.of("r").text(3));
      accuracy.append(m.of("class_accuracy").text(3));
      precision.append(
          String.format(Locale.ROOT, "%.2f / %.2f", m.mean("precision"), m.mean("recall")));
      calls.append(String.format(Locale.ROOT, "%.0f", m.mean("network_calls")));
      seconds.append(seconds(m));
    }
    return table.addColumns(distance, over, relative, accuracy, precision, calls, seconds);
  }

  /** What the distance is called in the rows; "distance" before anything is measured. */
  private String metric() {
    return known(m -> m.rows().containsColumn("metric")).stream()
        .map(m -> m.rows().column("metric").getString(0))
        .findFirst()
        .orElse("distance");
  }

  private static String seconds(Measurement m) {
    double cpu = m.mean("cpu_seconds_per_sample");
    boolean beside = m.mean("wall_seconds_per_sample") >= BESIDE * cpu;
    return String.format(Locale.ROOT, "%.4f%s", cpu, beside ? " *" : "");
  }

  private static Table settings(String name) {
    return Table.create(
        name,
        StringColumn.create("experiment"),
        StringColumn.create("steps"),
        StringColumn.create("schedule"),
        StringColumn.create("guidance"),
        StringColumn.create("top-p"),
        StringColumn.create("noise"),
        StringColumn.create("order"));
  }

  private static void describe(Table table, Measurement m) {
    List<String> cells =
        List.of(
            m.title(),
            m.experiment().settings().model().head() instanceof HeadSpec.DepthTransformer
                ? "–"
                : Integer.toString(m.steps()),
            m.schedule(),
            m.guidance(),
            Double.toString(m.sampling().draw().topP()),
            Double.toString(m.sampling().draw().noiseScale()),
            order(m.sampling().order()));
    for (int i = 0; i < cells.size(); i++) {
      table.stringColumn(i).append(cells.get(i));
    }
  }

  private static String order(Sampling.Order order) {
    return order.reveal().usesConfidence()
        ? "%s, %s = %s"
            .formatted(order.reveal(), order.perDimension() ? "τ/H" : "τ", order.temperature())
        : order.reveal().toString();
  }

  /** How the numbers were measured, or are to be; beside it the paper's way. */
  public Table protocol() {
    return StudyProtocol.table(study, measurements);
  }

  @Override
  public String toString() {
    return standing();
  }
}
