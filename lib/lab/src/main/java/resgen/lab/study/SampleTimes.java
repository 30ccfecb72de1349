package resgen.lab.study;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import resgen.Generator;
import resgen.lab.bench.Machine;
import resgen.lab.bench.Stopwatch;
import resgen.lab.bench.Timing;
import resgen.lab.metric.Results;
import resgen.sample.Sampling;
import resgen.token.Labels;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/**
 * What a sample takes in each of a study's ways of sampling, all timed by turns in one run, so that
 * what slows the machine for a while slows all alike. The rows of the results have times too, but
 * each of its own hour. Without decoding; one image at a time, and in batches.
 */
public final class SampleTimes {

  /** Images at once. */
  public static final List<Integer> BATCHES = List.of(1, 64);

  private static final int SINGLES = 16; // one after another, for a time that can be told
  private static final String WAY = "way_hash";

  private final Map<String, Row> rows = new LinkedHashMap<>();

  private SampleTimes(Table table) {
    for (Row row : table) {
      Row own = new Row(table, row.getRowNumber());
      rows.put(key(row.getString(WAY), row.getInt("batch")), own); // the last one counts
    }
  }

  /**
   * The newest times of a study, from {@code NAME-times.csv}; none if there is no such file.
   *
   * @param results where the file is
   */
  public static SampleTimes of(String study, Results results) {
    String name = file(study);
    return new SampleTimes(
        Files.exists(results.file(name)) ? results.table(name) : Table.create(name));
  }

  /** The newest times of one of the project's studies. */
  public static SampleTimes load(String study) {
    return of(study, Results.ofProject());
  }

  /** Milliseconds of the wall clock for a sample; not a number if it was not timed. */
  public double wall(Measurement way, int batch) {
    return number(way, batch, "wall_ms");
  }

  /** Milliseconds of processors for a sample; not a number if it was not timed. */
  public double cpu(Measurement way, int batch) {
    return number(way, batch, "cpu_ms");
  }

  private double number(Measurement way, int batch, String column) {
    Row row = rows.get(key(id(way.experiment(), way.sampling()), batch));
    return row == null ? Double.NaN : row.getNumber(column);
  }

  /** The name of a study's file of times. */
  public static String file(String study) {
    return study + "-times";
  }

  private static String key(String way, int batch) {
    return way + " " + batch;
  }

  private static String id(Experiment experiment, Sampling sampling) {
    return new Cell(experiment, sampling.seed(0)).id();
  }

  /** One way of sampling, as someone who is timed; a run is one sample's share of a batch. */
  private record Way(Experiment experiment, Generator model, Sampling sampling, int batch)
      implements Timing.Contestant {

    @Override
    public String name() {
      return experiment.name();
    }

    @Override
    public List<Stopwatch.Elapsed> run(int times) {
      int samples = batch == 1 ? SINGLES : batch;
      Labels labels = Labels.cycle(samples, model.spec().classes());
      List<Stopwatch.Elapsed> runs = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        runs.add(
            Stopwatch.standard()
                .time(() -> draw(model, labels, sampling.batchSize(batch)))
                .over(samples));
      }
      return runs;
    }

    Map<String, Object> row(Timing timing) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("experiment", experiment.name());
      row.put(WAY, id(experiment, sampling));
      row.put("steps", sampling.pace().steps());
      row.put("guidance_end", sampling.guidance().end());
      row.put("batch", batch);
      row.put("wall_ms", milliseconds(timing.wall().median()));
      row.put("wall_mad_ms", milliseconds(timing.wall().mad()));
      row.put("cpu_ms", milliseconds(timing.cpu().median()));
      row.put("cpu_mad_ms", milliseconds(timing.cpu().mad()));
      row.put("rounds", timing.rounds().size());
      row.putAll(Machine.here(model.precision()).columns());
      return row;
    }

    private static String milliseconds(double seconds) {
      return String.format(Locale.ROOT, "%.4f", 1e3 * seconds);
    }
  }

  private static void draw(Generator model, Labels labels, Sampling batch) {
    if (model.sample(labels, batch).interrupted()) {
      throw new CancellationException("interrupted while samples were timed");
    }
  }

  /**
   * Times one way of sampling by itself, in batches: three rounds after one that is dropped.
   *
   * @throws CancellationException if interrupted
   */
  static Timing of(Experiment experiment, Generator model, Sampling sampling) {
    Way way = new Way(experiment, model, sampling, BATCHES.get(BATCHES.size() - 1));
    return Timing.byTurns(
            List.of(way), new Timing.Plan(3, Double.POSITIVE_INFINITY, 0, 0), round -> {})
        .get(0);
  }

  /**
   * Times all of a study's ways of sampling, a round that is dropped before the others.
   *
   * @param runner that has the models
   * @param rounds in each of which every way has its turn, at least 1
   * @param said told of every round, and of models that are not trained yet, which are left out
   * @return a row for each way and size of batch
   * @throws IllegalStateException if none of the models is trained yet
   * @throws CancellationException if interrupted
   */
  public static List<Map<String, Object>> measure(
      Study study, StudyRunner<?> runner, int rounds, Consumer<String> said) {
    Timing.Plan plan = new Timing.Plan(rounds, Double.POSITIVE_INFINITY, 0, 0);
    List<Generator> models = new ArrayList<>();
    try {
      List<Way> ways = new ArrayList<>();
      List<Experiment> sampled = study.experiments().stream().filter(e -> e.samples() > 0).toList();
      boolean any = sampled.stream().anyMatch(runner::isTrained);
      for (Experiment experiment : sampled) {
        if (any && !runner.isTrained(experiment)) {
          said.accept(experiment.name() + " is not trained yet and not timed");
        } else {
          Generator model = runner.open(experiment);
          models.add(model);
          for (Sampling sampling : experiment.samplings()) {
            BATCHES.forEach(batch -> ways.add(new Way(experiment, model, sampling, batch)));
          }
        }
      }
      if (ways.isEmpty()) {
        return List.of();
      }
      List<Timing> timings =
          Timing.byTurns(
              ways,
              plan,
              round -> said.accept(round == 0 ? "warming up" : "round " + round + " of " + rounds));
      return IntStream.range(0, ways.size())
          .mapToObj(i -> ways.get(i).row(timings.get(i)))
          .toList();
    } finally {
      models.forEach(Generator::close);
    }
  }
}
