package resgen.lab.study;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.sample.Sampling;
import resgen.settings.Json;
import tech.tablesaw.api.Table;

/**
 * What {@code speech evaluate --append} has measured of models that speak: {@code
 * data/results/speech.csv}, a row for each model, task and way of sampling.
 */
public final class SpeechResults {

  /** Of a model that is told who speaks, by name. */
  public static final String BY_NAME = "speaker";

  private static final int PERCENT = 100;
  private static final Pattern TRAINED = Pattern.compile("(\\d+) steps of training");

  private static final Pattern DEPTH = Pattern.compile("depth (\\d+)");

  private final List<Row> rows;

  private SpeechResults(List<Row> rows) {
    this.rows = rows;
  }

  /**
   * A model that spoke.
   *
   * @param outcome its numbers, with settings and protocol
   * @param title of the model, as {@code ResGen}
   * @param task as {@value SpeechResults#BY_NAME}
   * @param sampling how its tokens were drawn
   */
  public record Row(Outcome outcome, String title, String task, Sampling sampling) {

    private static Row of(Outcome outcome) {
      String model = outcome.protocol().get("model").toString();
      return new Row(
          outcome,
          model.substring(0, model.indexOf(',')),
          outcome.protocol().get("task").toString(),
          Json.read(outcome.protocol().get("sampling").toString(), Sampling.class));
    }

    /** Steps of sampling; of AR-ResGen iterations at each position. */
    public int steps() {
      return sampling.pace().steps();
    }

    /** Steps of its training. */
    public int trained() {
      Matcher steps = TRAINED.matcher(outcome.protocol().get("model").toString());
      return steps.find() ? Integer.parseInt(steps.group(1)) : 0;
    }

    /** Depths of its codec. */
    public int depth() {
      Matcher depth = DEPTH.matcher(outcome.protocol().get("model").toString());
      return depth.find() ? Integer.parseInt(depth.group(1)) : 0;
    }

    /** The aligner that told durations, by the first twelve digits of its fingerprint. */
    public String aligner() {
      return outcome.protocol().get("aligner").toString();
    }

    /**
     * Whether durations are of each speaker by context; otherwise of all, in the speaker's pace.
     */
    public boolean ownDurations() {
      return outcome.protocol().containsKey("durations");
    }

    /** Where guidance goes to. */
    public double guidance() {
      return sampling.guidance().end();
    }

    /** The nucleus that codes were drawn from. */
    public double topP() {
      return sampling.draw().topP();
    }

    /** A number with its deviation; {@link Spread#NONE} if it was not measured. */
    public Spread of(String metric) {
      return outcome.values().stream()
          .filter(value -> value.metric().equals(metric) && !value.value().isEmpty())
          .findFirst()
          .map(value -> new Spread(number(value.value()), number(value.deviation()), 1))
          .orElse(Spread.NONE);
    }

    /** A share in per cent. */
    public Spread percent(String metric) {
      Spread share = of(metric);
      return new Spread(share.mean() * PERCENT, share.deviation() * PERCENT, share.repetitions());
    }

    private static double number(String text) {
      return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    }
  }

  /** Those of the project. */
  public static SpeechResults load() {
    return of(Results.ofProject());
  }

  /** Those of a folder of results; none if there are none yet. */
  public static SpeechResults of(Results results) {
    return new SpeechResults(
        results.outcomes("speech").stream()
            .map(Row::of)
            .sorted(
                Comparator.comparing(Row::task, Comparator.reverseOrder())
                    .thenComparing(Row::title)
                    .thenComparing(Row::depth)
                    .thenComparing(Row::trained)
                    .thenComparing(Row::steps, Comparator.reverseOrder())
                    .thenComparing(Row::guidance)
                    .thenComparing(Row::topP))
            .toList());
  }

  /** All rows, by task, model, steps and nucleus. */
  public List<Row> all() {
    return rows;
  }

  /**
   * The one row of a model and a task that fits.
   *
   * @throws IllegalArgumentException unless there is exactly one, naming those there are
   */
  public Row one(String title, String task, Predicate<Row> which) {
    List<Row> own =
        rows.stream().filter(r -> r.title().equals(title) && r.task().equals(task)).toList();
    List<Row> fitting = own.stream().filter(which).toList();
    if (fitting.size() != 1) {
      throw new IllegalArgumentException(
          "%d of %d rows of %s, %s, fit, not one; there are %s"
              .formatted(
                  fitting.size(),
                  own.size(),
                  title,
                  task,
                  rows.stream().map(r -> r.title() + ", " + r.task()).distinct().toList()));
    }
    return fitting.get(0);
  }

  /**
   * The row of a model and a task with the fewest errors among those that fit.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Row best(String title, String task, String metric, Predicate<Row> which) {
    return rows.stream()
        .filter(r -> r.title().equals(title) && r.task().equals(task) && which.test(r))
        .filter(r -> r.of(metric).known())
        .min(Comparator.comparingDouble(r -> r.of(metric).mean()))
        .orElseThrow(
            () -> new IllegalArgumentException("no row of %s, %s, fits".formatted(title, task)));
  }

  /** Rows to be read: errors in per cent, similarities, seconds for one of sound. */
  public Table table(Predicate<Row> which) {
    TextTable table =
        new TextTable(
            "speech",
            "task",
            "model",
            "depth",
            "trained",
            "aligner",
            "durations",
            "steps",
            "guidance",
            "top-p",
            "WER, grammar %",
            "WER, any words %",
            "CER %",
            "same voice",
            "seconds for one");
    for (Row r : rows) {
      if (which.test(r)) {
        table.row(
            r.task(),
            r.title(),
            r.depth(),
            r.trained(),
            r.aligner().substring(0, 6),
            r.ownDurations() ? "own" : "pace",
            r.steps(),
            r.guidance(),
            r.topP(),
            r.percent("wer_slots").text(1),
            r.percent("wer_loop").text(1),
            r.percent("cer_loop").text(1),
            r.of("sim_own").text(3),
            r.of("sound_real_time_factor").text(2));
      }
    }
    return table.table();
  }

  @Override
  public String toString() {
    return table(r -> true).print();
  }
}
