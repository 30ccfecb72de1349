package resgen.lab.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import resgen.Generator;
import resgen.codec.Extractor;
import resgen.codec.Media;
import resgen.lab.Benchmark;
import resgen.lab.Evaluation;
import resgen.lab.bench.Timing;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Report;
import resgen.lab.metric.Results;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.train.Listener;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/**
 * Does what a study still lacks: trains, samples, measures, and adds the numbers to {@code
 * data/results/NAME.csv} as soon as they are known. What is there is not done again: a study that
 * was stopped goes on where it was, and numbers that another study has measured are copied. What
 * another process adds meanwhile counts too. Models that were trained are in {@code models.csv}.
 *
 * @param <X> the media
 */
public final class StudyRunner<X extends Media<X>> implements AutoCloseable {

  /** The results file of all trained models. */
  public static final String MODELS = "models";

  private final Results results;
  private final Benchmark<X> benchmark;
  private final ModelStore<X> store;
  private final Map<String, Timing> times = new HashMap<>();
  private Optional<X> heldOut = Optional.empty();
  private Optional<Extractor<X>> extractor = Optional.empty();
  private String openId = "";
  private Generator open;

  /**
   * A runner.
   *
   * @param benchmark whose data models are trained on, and by which they are measured
   */
  public StudyRunner(Benchmark<X> benchmark, Results results) {
    this.benchmark = benchmark;
    this.results = results;
    store = new ModelStore<>(benchmark.data());
  }

  /** A runner, whatever the media are. */
  public static <X extends Media<X>> StudyRunner<X> of(Benchmark<X> benchmark, Results results) {
    return new StudyRunner<>(benchmark, results);
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
    StudyPlan plan = plan(study, pieces(study, wanted));
    return new Standing(plan.all(), plan.left().stream().map(StudyRunner::describe).toList());
  }

  /**
   * The work of a share of a study, whether it is done or not.
   *
   * @param wanted which numbers; the others are left out
   * @param shard the share: a trained tokenizer with all models on it, a model to train with all
   *     its numbers, or a number of a shipped model are never divided
   */
  public List<Work> work(Study study, Predicate<Cell> wanted, Shard shard) {
    return shard.of(pieces(study, wanted), this::unit).stream()
        .map(piece -> piece.work(study.name()))
        .toList();
  }

  /**
   * What is missing of some work, in parts that several machines can do at once, the dearest first:
   * what {@link #work} never divides is one part.
   *
   * @throws IllegalArgumentException if the study has no such experiment or cell
   */
  public List<List<Work>> parts(Study study, List<Work> work) {
    StudyPlan plan = plan(study, chosen(study, work));
    Map<String, List<StudyPlan.Piece>> units = new LinkedHashMap<>();
    for (StudyPlan.Piece piece : plan.left()) {
      units.computeIfAbsent(unit(piece), unit -> new ArrayList<>()).add(piece);
    }
    return units.values().stream()
        .sorted(Comparator.comparingDouble(plan::effort).reversed())
        .map(pieces -> pieces.stream().map(piece -> piece.work(study.name())).toList())
        .toList();
  }

  private String unit(StudyPlan.Piece piece) {
    Experiment experiment = piece.experiment();
    if (experiment.tokenizer() instanceof TokenizerChoice.Trained trained) {
      return Json.hash(trained.identity());
    }
    return store.shipped(experiment).isPresent() && piece.cell().isPresent()
        ? piece.cell().get().id()
        : experiment.modelId();
  }

  /** Every piece once: two sweeps may meet in a number. */
  private static List<StudyPlan.Piece> pieces(Study study, Predicate<Cell> wanted) {
    Set<String> planned = new HashSet<>();
    List<StudyPlan.Piece> pieces = new ArrayList<>();
    for (Experiment experiment : study.experiments()) {
      if (experiment.samples() == 0) {
        pieces.add(new StudyPlan.Piece(experiment, Optional.empty()));
      }
      experiment.cells().stream()
          .filter(wanted)
          .filter(cell -> planned.add(cell.id()))
          .forEach(cell -> pieces.add(new StudyPlan.Piece(experiment, Optional.of(cell))));
    }
    return pieces;
  }

  private StudyPlan plan(Study study, List<StudyPlan.Piece> pieces) {
    Set<String> known = results.cells(study.name());
    Set<String> trained = results.cells(MODELS);
    return new StudyPlan(
        pieces,
        piece ->
            piece
                .cell()
                .map(cell -> known.contains(cell.id()))
                .orElseGet(() -> trained.contains(piece.experiment().modelId())),
        store::has);
  }

  /**
   * Does what is missing, and gathers it and what was left to be gathered.
   *
   * @param wanted which numbers
   * @throws CancellationException if interrupted; what was finished is in the results, and a
   *     training goes on where it was
   */
  public void run(Study study, Predicate<Cell> wanted, StudyWatcher watcher) {
    results.gather();
    perform(study, pieces(study, wanted), watcher, results::gather);
  }

  /**
   * Does what is missing of some work; what it finds is in cell files.
   *
   * @throws IllegalArgumentException if the study has no such experiment or cell
   * @throws CancellationException as {@link #run}
   */
  public void perform(Study study, List<Work> work, StudyWatcher watcher) {
    perform(study, chosen(study, work), watcher, () -> {});
  }

  private static List<StudyPlan.Piece> chosen(Study study, List<Work> work) {
    Map<Work, StudyPlan.Piece> all = new LinkedHashMap<>();
    pieces(study, cell -> true).forEach(piece -> all.put(piece.work(study.name()), piece));
    List<StudyPlan.Piece> chosen = new ArrayList<>();
    for (Work one : work) {
      if (!all.containsKey(one)) {
        throw new IllegalArgumentException(
            "study %s has no such work: %s".formatted(study.name(), one.line()));
      }
      chosen.add(all.get(one));
    }
    return chosen;
  }

  private void perform(
      Study study, List<StudyPlan.Piece> pieces, StudyWatcher watcher, Runnable after) {
    StudyPlan plan = plan(study, pieces);
    Optional<StudyPlan.Piece> next = next(study, plan);
    while (next.isPresent()) {
      StudyPlan.Piece piece = next.get();
      int number = plan.all() - plan.left().size() + 1;
      watcher.begins(describe(piece), number, plan.all(), plan.secondsLeft());
      long start = System.nanoTime();
      Optional<Outcome> elsewhere = piece.cell().flatMap(cell -> results.outcome(cell.id()));
      if (elsewhere.isPresent()) {
        keep(study, elsewhere.get().of(piece.experiment().name()), watcher, after);
        plan.drop(piece); // says nothing of the pace
      } else {
        Generator model = model(piece.experiment(), watcher);
        piece.cell().ifPresent(cell -> measure(study, cell, model, watcher, after));
        after.run();
        plan.finish(piece, (System.nanoTime() - start) / 1e9);
      }
      next = next(study, plan);
    }
  }

  /**
   * The next piece of work that no other process has done since the plan was made.
   *
   * @throws CancellationException if interrupted
   */
  private Optional<StudyPlan.Piece> next(Study study, StudyPlan plan) {
    Optional<StudyPlan.Piece> next = plan.next();
    while (next.isPresent()) {
      StudyPlan.Piece piece = next.get();
      if (Thread.interrupted()) {
        throw new CancellationException("interrupted before " + describe(piece));
      }
      if (piece.cell().filter(cell -> known(study, cell)).isEmpty()) {
        return next;
      }
      plan.drop(piece);
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

  /** Whether the model of an experiment is trained, so that it can be opened. */
  public boolean isTrained(Experiment experiment) {
    return store.has(experiment);
  }

  private static String describe(StudyPlan.Piece piece) {
    return piece.experiment().name()
        + piece
            .cell()
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
          .filter(folder -> !results.cells(MODELS).contains(openId))
          .ifPresent(folder -> results.keep(MODELS, trained(experiment, folder)));
    }
    return open;
  }

  private Outcome trained(Experiment experiment, Path folder) {
    return StudyOutcome.trained(experiment, open, lastRow(folder.resolve("metrics.csv")));
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

  private void measure(
      Study study, Cell cell, Generator model, StudyWatcher watcher, Runnable after) {
    Experiment experiment = cell.experiment();
    Sampling way = cell.sampling().seed(0);
    Timing time =
        times.computeIfAbsent(openId + way, key -> SampleTimes.of(experiment, model, way));
    Report report =
        Evaluation.of(model, done -> watcher.sampled(done, experiment.samples()))
            .against(store.train())
            .heldOut(heldOut())
            .extractor(extractor())
            .metrics(benchmark.metrics())
            .samples(experiment.samples())
            .sampling(cell.sampling())
            .run();
    if (report.progress().interrupted()) {
      throw new CancellationException("interrupted in " + experiment.name());
    }
    if (known(study, cell)) {
      return; // another process was sooner
    }
    keep(study, StudyOutcome.of(cell, model, time, report), watcher, after);
  }

  private X heldOut() {
    if (heldOut.isEmpty()) {
      heldOut = Optional.of(benchmark.data().test());
    }
    return heldOut.get();
  }

  private Extractor<X> extractor() {
    if (extractor.isEmpty()) {
      extractor = Optional.of(benchmark.extractor().get());
    }
    return extractor.get();
  }

  private void keep(Study study, Outcome outcome, StudyWatcher watcher, Runnable after) {
    results.keep(study.name(), outcome);
    after.run();
    watcher.measured(outcome);
  }

  private boolean known(Study study, Cell cell) {
    return results.cells(study.name()).contains(cell.id());
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
    extractor.ifPresent(Extractor::close);
  }
}
