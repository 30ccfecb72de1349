package resgen.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import resgen.Generator;
import resgen.lab.Evaluation;
import resgen.lab.metric.Report;
import resgen.lab.metric.Results;
import resgen.sample.Sampling;
import resgen.train.Listener;
import resgen.vision.Images;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/**
 * Does what a study still lacks: trains, samples, measures, and adds a row to {@code
 * data/results/NAME.csv} as soon as it is known. What is there is not done again: a study that was
 * stopped goes on where it was, and a number that another study has measured is copied. What
 * another process adds meanwhile counts too. Models that were trained have a row in {@code
 * models.csv}.
 */
public final class StudyRunner implements AutoCloseable {

  /** The results file of all trained models. */
  public static final String MODELS = "models";

  private final Results results;
  private final Images images;
  private final UnaryOperator<Evaluation> protocol;
  private final ModelStore store;
  private final Map<String, SampleTime> times = new HashMap<>();
  private String openId = "";
  private Generator open;

  /**
   * A runner.
   *
   * @param images that models are trained on and samples are compared with
   */
  public StudyRunner(Images images, Results results) {
    this(images, results, evaluation -> evaluation);
  }

  /**
   * A runner that measures in another way.
   *
   * @param images that models are trained on and samples are compared with
   * @param protocol changes of the evaluation, as its extractor
   */
  public StudyRunner(Images images, Results results, UnaryOperator<Evaluation> protocol) {
    this.images = images;
    this.protocol = protocol;
    this.results = results;
    store = new ModelStore(images);
  }

  /**
   * How far a study is.
   *
   * @param all pieces of work: numbers, and models that are only trained
   * @param missing those that are to be done, in words, in the order in which they would be
   */
  public record Standing(int all, List<String> missing) {}

  /**
   * How far a study is.
   *
   * @param wanted which numbers; the others are left out
   */
  public Standing standing(Study study, Predicate<Cell> wanted) {
    StudyPlan plan = plan(study, wanted);
    return new Standing(plan.all(), plan.left().stream().map(StudyRunner::describe).toList());
  }

  private StudyPlan plan(Study study, Predicate<Cell> wanted) {
    Set<String> known = column(study.name(), "cell");
    Set<String> trained = column(MODELS, "model_hash");
    Set<String> planned = new HashSet<>(); // two sweeps may meet in a number
    List<StudyPlan.Work> work = new ArrayList<>();
    for (Experiment experiment : study.experiments()) {
      if (experiment.samples() == 0) {
        work.add(new StudyPlan.Work(experiment, Optional.empty()));
      }
      experiment.cells().stream()
          .filter(wanted)
          .filter(cell -> planned.add(cell.id()))
          .forEach(cell -> work.add(new StudyPlan.Work(experiment, Optional.of(cell))));
    }
    return new StudyPlan(
        work,
        piece ->
            piece
                .cell()
                .map(cell -> known.contains(cell.id()))
                .orElseGet(() -> trained.contains(piece.experiment().modelId())),
        store::has);
  }

  /**
   * Does all of it.
   *
   * @param wanted which numbers
   * @throws CancellationException if interrupted; what was finished is in the results, and a
   *     training goes on where it was
   */
  public void run(Study study, Predicate<Cell> wanted, StudyWatcher watcher) {
    StudyPlan plan = plan(study, wanted);
    Optional<StudyPlan.Work> next = next(study, plan);
    while (next.isPresent()) {
      StudyPlan.Work work = next.get();
      int number = plan.all() - plan.left().size() + 1;
      watcher.begins(describe(work), number, plan.all(), plan.secondsLeft());
      long start = System.nanoTime();
      Map<String, Object> elsewhere = work.cell().map(this::elsewhere).orElse(Map.of());
      if (elsewhere.isEmpty()) {
        Generator model = model(work.experiment(), watcher);
        work.cell().ifPresent(cell -> measure(study, cell, model, watcher));
        plan.finish(work, (System.nanoTime() - start) / 1e9);
      } else {
        add(study, elsewhere, watcher);
        plan.drop(work); // says nothing of the pace
      }
      next = next(study, plan);
    }
  }

  /**
   * The next piece of work that no other process has done since the plan was made.
   *
   * @throws CancellationException if interrupted
   */
  private Optional<StudyPlan.Work> next(Study study, StudyPlan plan) {
    Optional<StudyPlan.Work> next = plan.next();
    while (next.isPresent()) {
      StudyPlan.Work work = next.get();
      if (Thread.interrupted()) {
        throw new CancellationException("interrupted before " + describe(work));
      }
      if (work.cell().filter(cell -> known(study, cell)).isEmpty()) {
        return next;
      }
      plan.drop(work);
      next = plan.next();
    }
    return next;
  }

  /**
   * The trained model of an experiment, which the caller closes.
   *
   * @throws IllegalStateException if it is not trained yet
   */
  public Generator open(Experiment experiment) {
    if (!store.has(experiment)) {
      throw new IllegalStateException(
          "the model of %s is not trained yet: environment/resgen study %s"
              .formatted(experiment.name(), experiment.name().replaceFirst("/.*", "")));
    }
    return store.open(experiment, Listener.none()).model();
  }

  private static String describe(StudyPlan.Work work) {
    return work.experiment().name()
        + work.cell()
            .map(
                cell ->
                    ", %d steps, guidance to %s, seed %d"
                        .formatted(
                            cell.sampling().pace().steps(),
                            cell.sampling().guidance().end(),
                            cell.sampling().seed()))
            .orElse(", training");
  }

  private Generator model(Experiment experiment, StudyWatcher watcher) {
    if (!openId.equals(experiment.modelId())) {
      closeModel();
      ModelStore.Stored stored = store.open(experiment, watcher.training());
      open = stored.model();
      openId = experiment.modelId();
      stored
          .folder()
          .filter(folder -> !column(MODELS, "model_hash").contains(openId))
          .ifPresent(folder -> results.append(MODELS, trained(experiment, folder)));
    }
    return open;
  }

  private Map<String, Object> trained(Experiment experiment, Path folder) {
    return StudyRow.trained(experiment, open, lastRow(folder.resolve("metrics.csv")));
  }

  private static Map<String, Double> lastRow(Path metrics) {
    Table table = Results.read(metrics);
    Map<String, Double> row = new LinkedHashMap<>();
    for (NumericColumn<?> column : table.numericColumns()) {
      int last = table.rowCount() - 1;
      if (!column.isMissing(last)) {
        row.put(column.name(), column.getDouble(last));
      }
    }
    return row;
  }

  private void measure(Study study, Cell cell, Generator model, StudyWatcher watcher) {
    Experiment experiment = cell.experiment();
    Sampling sampling = cell.sampling();
    SampleTime time =
        times.computeIfAbsent(
            openId + sampling.seed(0), key -> SampleTime.of(model, sampling.seed(0)));
    Evaluation evaluation =
        Evaluation.of(model, done -> watcher.sampled(done, experiment.samples()))
            .against(images)
            .samples(experiment.samples())
            .sampling(sampling);
    Report report = protocol.apply(evaluation).run();
    if (report.progress().interrupted()) {
      throw new CancellationException("interrupted in " + experiment.name());
    }
    if (!Thread.currentThread().isInterrupted() && known(study, cell)) {
      return; // another process was sooner; files cannot be read while interrupted
    }
    add(study, StudyRow.of(cell, model, time, report), watcher);
  }

  private void add(Study study, Map<String, Object> row, StudyWatcher watcher) {
    results.append(study.name(), row);
    watcher.row(row);
  }

  private boolean known(Study study, Cell cell) {
    return column(study.name(), "cell").contains(cell.id());
  }

  /** The row of the same number in another study's results; empty if there is none. */
  private Map<String, Object> elsewhere(Cell cell) {
    Map<String, Object> row = new LinkedHashMap<>();
    results.find("cell", cell.id()).ifPresent(row::putAll);
    row.computeIfPresent("experiment", (key, old) -> cell.experiment().name());
    return row;
  }

  private Set<String> column(String file, String name) {
    return Files.exists(results.file(file))
        ? new HashSet<>(results.table(file).stringColumn(name).asList())
        : Set.of();
  }

  private void closeModel() {
    if (open != null) {
      open.close();
      open = null;
      openId = "";
    }
  }

  @Override
  public void close() {
    closeModel();
    store.close();
  }
}
