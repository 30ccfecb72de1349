package resgen.lab.bench;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import resgen.Generator;
import resgen.lab.metric.Results;
import resgen.lab.metric.Stopwatch;
import resgen.lab.study.Cell;
import resgen.lab.study.Experiment;
import resgen.lab.study.Measurement;
import resgen.lab.study.Study;
import resgen.lab.study.StudyRunner;
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

  /** One way of sampling with the times of its rounds, in seconds a sample. */
  private record Way(
      Experiment experiment,
      Generator model,
      Sampling sampling,
      int batch,
      List<Stopwatch.Elapsed> times) {

    Stopwatch.Elapsed time(Stopwatch watch) {
      int samples = batch == 1 ? SINGLES : batch;
      Labels labels = Labels.cycle(samples, model.shape().classes());
      return watch
          .time(
              () -> {
                if (model.sample(labels, sampling.batchSize(batch)).interrupted()) {
                  throw new CancellationException("interrupted while samples were timed");
                }
              })
          .over(samples);
    }

    Map<String, Object> row(Machine machine) {
      Summary wall = Summary.of(times.stream().mapToDouble(Stopwatch.Elapsed::wall).toArray());
      Summary cpu = Summary.of(times.stream().mapToDouble(Stopwatch.Elapsed::cpu).toArray());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("experiment", experiment.name());
      row.put(WAY, id(experiment, sampling));
      row.put("steps", sampling.pace().steps());
      row.put("guidance_end", sampling.guidance().end());
      row.put("batch", batch);
      row.put("wall_ms", milliseconds(wall.median()));
      row.put("wall_mad_ms", milliseconds(wall.mad()));
      row.put("cpu_ms", milliseconds(cpu.median()));
      row.put("cpu_mad_ms", milliseconds(cpu.mad()));
      row.put("rounds", times.size());
      row.putAll(machine.columns());
      return row;
    }

    private static String milliseconds(double seconds) {
      return String.format(Locale.ROOT, "%.4f", 1e3 * seconds);
    }
  }

  /**
   * Times all of a study's ways of sampling, a round that is dropped before the others.
   *
   * @param runner that has the models
   * @param rounds in each of which every way has its turn, at least 1
   * @param said told of every round
   * @return a row for each way and size of batch
   * @throws IllegalStateException if a model is not trained yet
   * @throws CancellationException if interrupted
   */
  public static List<Map<String, Object>> measure(
      Study study, StudyRunner<?> runner, int rounds, Consumer<String> said) {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds " + rounds + " is less than 1");
    }
    List<Generator> models = new ArrayList<>();
    try {
      List<Way> ways = new ArrayList<>();
      for (Experiment experiment : study.experiments()) {
        if (experiment.samples() > 0) {
          Generator model = runner.open(experiment);
          models.add(model);
          for (Sampling sampling : experiment.samplings()) {
            BATCHES.forEach(
                batch -> ways.add(new Way(experiment, model, sampling, batch, new ArrayList<>())));
          }
        }
      }
      Stopwatch watch = Stopwatch.standard();
      for (int round = 0; round <= rounds; round++) {
        said.accept(round == 0 ? "warming up" : "round " + round + " of " + rounds);
        for (int turn = 0; turn < ways.size(); turn++) {
          Way way = ways.get((turn + round) % ways.size());
          Stopwatch.Elapsed time = way.time(watch);
          if (round > 0) {
            way.times().add(time);
          }
        }
      }
      return ways.stream().map(way -> way.row(Machine.here(way.model().precision()))).toList();
    } finally {
      models.forEach(Generator::close);
    }
  }
}
