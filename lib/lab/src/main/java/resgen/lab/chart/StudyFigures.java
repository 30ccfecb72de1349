package resgen.lab.chart;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import resgen.lab.metric.Results;
import resgen.lab.study.Experiment;
import resgen.lab.study.Measurement;
import resgen.lab.study.PaperTable;
import resgen.lab.study.SampleTimes;
import resgen.lab.study.Study;
import resgen.lab.study.StudyResults;
import resgen.model.Family;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/** The project's figures, drawn from its results and the paper's printed numbers. */
public final class StudyFigures {

  private static final String DISTANCE = "FD-Fashion";
  private static final String BARS = "Bars: ± one standard deviation, if larger than the point. ";
  private static final Color RESGEN = Palette.model("resgen");

  private static final Map<String, Supplier<Plot>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("table1", StudyFigures::table1);
    ALL.put("pareto-paper", StudyFigures::paretoPaper);
    ALL.put("pareto-seconds", () -> paretoTimes(64));
    ALL.put("pareto-latency", () -> paretoTimes(1));
    ALL.put(
        "pareto-calls",
        () ->
            pareto(
                "Quality against sequential network calls",
                "network calls a sample",
                m -> m.mean("network_calls")));
    ALL.put(
        "pareto-flops",
        () ->
            pareto(
                "Quality against operations",
                "GFLOP a sample",
                m -> m.mean("flops_per_sample") / 1e9));
    ALL.put("schedules", () -> schedules(true));
    ALL.put("schedules-unguided", () -> schedules(false));
    ALL.put("mask", StudyFigures::mask);
    ALL.put("head", StudyFigures::head);
    ALL.put("depth", StudyFigures::depth);
    ALL.put("depth-cost", StudyFigures::depthCost);
    ALL.put("scale", StudyFigures::scale);
    ALL.put("ar-resgen", StudyFigures::arResgen);
    ALL.put("ranking-steps", StudyFigures::rankingSteps);
    ALL.put("ranking-depth", StudyFigures::rankingDepth);
    ALL.put("learning-rate", StudyFigures::learningRate);
    ALL.put("sampling-steps", () -> sampling("steps", "Steps", "steps T", Measurement::steps));
    ALL.put(
        "sampling-top-p",
        () ->
            sampling(
                "top-p",
                "Top-p of the mixture's weights",
                "top-p",
                m -> m.sampling().draw().topP()));
    ALL.put(
        "sampling-noise",
        () ->
            sampling(
                "noise",
                "Noise of a component",
                "noise scale s",
                m -> m.sampling().draw().noiseScale()));
    ALL.put("sampling-guidance", StudyFigures::samplingGuidance);
    ALL.put("sampling-order", StudyFigures::samplingOrder);
  }

  private StudyFigures() {}

  /** The names of the figures, as their files are called. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * One of them, of what is measured so far.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Plot of(String name) {
    Supplier<Plot> figure = ALL.get(name);
    if (figure == null) {
      throw new IllegalArgumentException(
          "no figure '" + name + "'; there are " + String.join(", ", ALL.keySet()));
    }
    return figure.get();
  }

  private static StudyResults results(String study) {
    return StudyResults.load(study);
  }

  private static Plot.Style style(Family.Member kind) {
    return Plot.Style.model(kind.label());
  }

  private static Color color(Measurement m) {
    return Palette.model(m.experiment().kind().label());
  }

  /** How the numbers of these were measured, in a sentence. */
  private static String samples(List<Measurement> of) {
    return of.stream()
        .mapToInt(m -> m.experiment().samples())
        .filter(n -> n > 0)
        .boxed()
        .distinct()
        .map(n -> "%,d samples. ".formatted(n))
        .reduce("", String::concat);
  }

  private static Plot table1() {
    StudyResults results = results("table1");
    List<Measurement> all = results.all();
    List<String> models =
        titles(results).stream().map(title -> variant(results.of(title).get(0))).toList();
    return Plot.rows("Five models on the same tokens", DISTANCE + ", lower is better", models)
        .note(samples(all) + BARS)
        .places(
            "without guidance",
            true,
            only(all, m -> !m.guided()),
            StudyFigures::variant,
            StudyFigures::color)
        .places(
            "guided",
            false,
            only(all, Measurement::guided),
            StudyFigures::variant,
            StudyFigures::color);
  }

  /** Titles of a study's experiments, in the order of their kinds. */
  private static List<String> titles(StudyResults results) {
    return Family.members().stream()
        .flatMap(kind -> only(results.all(), m -> m.experiment().kind().equals(kind)).stream())
        .map(Measurement::title)
        .distinct()
        .toList();
  }

  /** The model's name, and what follows its word in the experiment's: "ResGen, anchored". */
  private static String variant(Measurement m) {
    Family.Member kind = m.experiment().kind();
    String word = m.title().replaceFirst("^" + kind.label() + "-?", "").replace('-', ' ');
    return kind.title() + (word.isEmpty() ? "" : ", " + word);
  }

  private static List<Measurement> only(List<Measurement> all, Predicate<Measurement> which) {
    return all.stream().filter(which).toList();
  }

  private static Plot paretoPaper() {
    Table paper = PaperTable.of("figure2_wallclock");
    Plot plot =
        new Plot("The paper's figure 2", "seconds an image, one A100", "FID")
            .logX()
            .measuredX()
            .note(
                "ImageNet 256 × 256, as printed; points of a line are sizes or numbers of steps.");
    for (String model : paper.stringColumn("model").unique().asList()) {
      Table rows = paper.where(paper.stringColumn("model").isEqualTo(model)).sortOn("seconds");
      String[] variants =
          rows.column("variant").asStringColumn().asList().stream()
              .map(v -> v.replace(" steps", ""))
              .toArray(String[]::new);
      if (model.startsWith("ResGen")) {
        variants[0] = "T = " + variants[0];
      }
      plot.points(
          model,
          Plot.Style.model(model),
          rows.numberColumn("seconds").asDoubleArray(),
          rows.numberColumn("fid").asDoubleArray(),
          variants);
    }
    return plot;
  }

  private static Plot paretoTimes(int batch) {
    SampleTimes times = SampleTimes.load("pareto");
    return pareto(
        "Quality against time, " + (batch == 1 ? "one image" : batch + " images") + " at a time",
        "milliseconds of wall-clock a sample, one CPU thread",
        m -> times.wall(m, batch));
  }

  private static Plot pareto(String title, String x, ToDoubleFunction<Measurement> cost) {
    StudyResults results = results("pareto");
    Plot plot =
        new Plot(title, x, DISTANCE)
            .logX()
            .measuredX()
            .logY()
            .note(
                samples(results.all())
                    + "Guided. Small numbers: steps T; of AR-ResGen, iterations over depth.");
    for (Family.Member kind : Family.members()) { // former heads and guidance are in the table
      List<Measurement> of = results.of(kind.label());
      int first = of.stream().mapToInt(Measurement::steps).min().orElse(0);
      plot.distances(
          kind.title(),
          style(kind),
          of,
          cost,
          m ->
              kind.label().equals("rq-transformer")
                  ? ""
                  : (m.steps() == first ? "T = " : "") + m.steps());
    }
    return plot;
  }

  private static Plot schedules(boolean guided) {
    StudyResults results = results("schedules");
    Plot plot =
        new Plot(
                "Schedules of training and sampling, " + (guided ? "guided" : "without guidance"),
                "sampling steps T",
                DISTANCE)
            .logX()
            .note(samples(results.all()) + BARS + "Trained with → sampled with.");
    List<String> trained = List.of("circle", "cosine", "exp");
    List<Color> colors = List.of(RESGEN, Palette.NEUTRAL.get(2), Palette.NEUTRAL.get(1));
    for (int i = 0; i < trained.size(); i++) {
      for (String sampled : trained) {
        String train = trained.get(i);
        Plot.Style style = Plot.Style.of(colors.get(i));
        plot.distances(
            train + " → " + sampled,
            train.equals(sampled) ? style : style.dashes(),
            only(results.of(train), m -> m.guided() == guided && m.schedule().equals(sampled)),
            Measurement::steps);
      }
    }
    return plot;
  }

  private static Plot mask() {
    StudyResults results = results("mask");
    Map<String, String> names =
        Map.of("prefix", "deepest of a position first", "uniform", "any tokens");
    Function<Measurement, String> row = m -> names.getOrDefault(m.title(), m.title());
    return Plot.rows(
            "Which tokens are masked",
            DISTANCE + ", lower is better",
            List.of(names.get("prefix"), names.get("uniform")))
        .note(samples(results.all()) + BARS + "The same short training.")
        .places("without guidance", true, only(results.all(), m -> !m.guided()), row, m -> RESGEN)
        .places("guided", false, only(results.all(), Measurement::guided), row, m -> RESGEN);
  }

  private static Plot head() {
    List<Measurement> all =
        results("head").known(m -> true).stream()
            .sorted(java.util.Comparator.comparingDouble(m -> m.distance().mean()))
            .toList();
    Function<Measurement, String> row = m -> m.experiment().about();
    return Plot.rows(
            "Heads of ResGen", DISTANCE + ", lower is better", all.stream().map(row).toList())
        .note(samples(all) + BARS + "The same short training, guided.")
        .places("guided", false, all, row, m -> RESGEN);
  }

  private static int depth(Measurement m) {
    return m.experiment().settings().model().tokens().depth();
  }

  private static Plot depth() {
    List<Measurement> all = results("depth").all();
    return new Plot("Depth of the tokens", "depth D", DISTANCE)
        .logX()
        .note(samples(all) + BARS + "The same short training, guided.")
        .distances("samples", Plot.Style.of(RESGEN), all, StudyFigures::depth)
        .points(
            "reconstructions",
            Plot.Style.of(Palette.NEUTRAL.get(3)).dashes(),
            all.stream().mapToDouble(StudyFigures::depth).toArray(),
            all.stream().mapToDouble(m -> m.mean("floor_reconstruction")).toArray());
  }

  private static Plot depthCost() {
    Table table = Results.ofProject().table("depth-cost");
    List<Map<String, Double>> rows = new ArrayList<>();
    for (int i = 0; i < table.rowCount(); i++) {
      Map<String, Double> row = new TreeMap<>();
      for (NumericColumn<?> column : table.numericColumns()) {
        row.put(column.name(), column.getDouble(i));
      }
      rows.add(row);
    }
    return depthCost(rows);
  }

  /**
   * What one sample costs as the depth grows.
   *
   * @param rows of {@code resgen bench cost}, at least one; of several runs the last counts
   */
  public static Plot depthCost(List<? extends Map<String, ?>> rows) {
    Map<Double, Map<String, ?>> byDepth = new TreeMap<>();
    rows.forEach(row -> byDepth.put(number(row, "depth"), row));
    Map<String, ?> any = rows.get(0);
    Plot plot =
        new Plot("What a sample costs as its tokens get deeper", "depth D", "milliseconds")
            .logX()
            .note(
                "ResGen, %s positions, %s network calls at every depth."
                    .formatted(
                        Axis.text(number(any, "positions")),
                        Axis.text(number(any, "network_calls"))));
    Map<String, Color> parts = new LinkedHashMap<>();
    parts.put("total", Palette.INK);
    parts.put("network", RESGEN);
    parts.put("requantize", Palette.NEUTRAL.get(2));
    parts.forEach(
        (part, color) ->
            plot.points(
                part.replace("total", "all").replace("requantize", "re-quantization"),
                Plot.Style.of(color),
                byDepth.keySet().stream().mapToDouble(d -> d).toArray(),
                byDepth.values().stream().mapToDouble(r -> number(r, part + "_ms")).toArray()));
    return plot;
  }

  private static double number(Map<String, ?> row, String column) {
    return ((Number) row.get(column)).doubleValue();
  }

  private static Plot scale() {
    List<Measurement> all = results("scale").all();
    return new Plot("Size of the model", "million parameters", DISTANCE)
        .logX()
        .note(samples(all) + BARS + "The same short training, guided.")
        .distances(
            "ResGen",
            Plot.Style.of(RESGEN),
            all,
            m -> Math.round(m.mean("parameters") / 1e4) / 100.0);
  }

  private static Plot arResgen() {
    StudyResults results = results("ar-resgen");
    Plot plot =
        new Plot(
                "AR-ResGen by iterations over depth",
                "milliseconds of one processor a sample",
                DISTANCE)
            .logX()
            .measuredX()
            .note(samples(results.all()) + BARS + "Guided. Small numbers: iterations.");
    for (String title : titles(results)) {
      List<Measurement> of = only(results.of(title), Measurement::guided);
      Family.Member kind = of.get(0).experiment().kind();
      plot.distances(
          variant(of.get(0)),
          title.equals(kind.label()) ? style(kind) : style(kind).dashes(),
          of,
          m -> 1e3 * m.mean("cpu_seconds_per_sample"),
          m -> kind.label().equals("ar-resgen") ? Integer.toString(m.steps()) : "");
    }
    return plot;
  }

  private static Plot rankingSteps() {
    return ranking(
        "ResGen and direct tokens by training steps",
        "training steps of 64 images",
        m -> depth(m) == 8,
        m -> m.experiment().training().steps());
  }

  private static Plot rankingDepth() {
    return ranking(
        "ResGen and direct tokens by depth",
        "depth D, after 2,000 training steps",
        m -> m.experiment().training().steps() == 2000,
        StudyFigures::depth);
  }

  private static Plot ranking(
      String title, String x, Predicate<Measurement> which, ToDoubleFunction<Measurement> at) {
    List<Measurement> of =
        only(results("ranking").all(), m -> m.experiment().training().seed() == 0 && which.test(m));
    Plot plot = new Plot(title, x, DISTANCE).logX().note(samples(of) + BARS + "Guided.");
    for (Family.Member kind : List.of(Family.of("resgen"), Family.of("direct-tokens"))) {
      plot.distances(
          kind.title(), style(kind), only(of, m -> m.experiment().kind().equals(kind)), at);
    }
    return plot;
  }

  private static Plot learningRate() {
    Study study = Study.load("learning-rate");
    Plot plot =
        new Plot("Validation loss above the model's best", "learning rate", "nats")
            .logX()
            .note("One short training each.");
    if (!java.nio.file.Files.exists(Results.ofProject().file("models"))) {
      return plot;
    }
    Table trained = Results.ofProject().table("models");
    for (Family.Member kind : Family.members()) {
      List<Double> rates = new ArrayList<>();
      List<Double> losses = new ArrayList<>();
      for (Experiment e : study.experiments()) {
        Table own = trained.where(trained.stringColumn("model_hash").isEqualTo(e.modelId()));
        if (e.kind().equals(kind) && !own.isEmpty()) {
          rates.add(e.training().optimizer().learningRate());
          losses.add(own.numberColumn("validation").getDouble(0));
        }
      }
      if (!rates.isEmpty()) {
        double least = Collections.min(losses);
        plot.points(
            kind.title(),
            style(kind),
            rates.stream().mapToDouble(r -> r).toArray(),
            losses.stream().mapToDouble(l -> l - least).toArray());
      }
    }
    return plot;
  }

  private static Plot sampling(
      String experiment, String title, String x, ToDoubleFunction<Measurement> at) {
    List<Measurement> of = results("sampling").of(experiment);
    return new Plot(title, x, DISTANCE)
        .note(
            samples(of)
                + BARS
                + "ResGen, guided"
                + (experiment.equals("steps") ? "." : ", T = 16."))
        .distances("ResGen", Plot.Style.of(RESGEN), of, at);
  }

  private static Plot samplingGuidance() {
    StudyResults results = results("sampling");
    return new Plot("Guidance", "weight w at the last step", DISTANCE)
        .note(samples(results.of("guidance")) + BARS + "ResGen, T = 16.")
        .distances(
            "rising from 0",
            Plot.Style.of(RESGEN),
            results.of("guidance"),
            m -> m.sampling().guidance().end())
        .distances(
            "the same at all steps",
            Plot.Style.of(Palette.NEUTRAL.get(2)),
            results.of("guidance-constant"),
            m -> m.sampling().guidance().end());
  }

  private static Plot samplingOrder() {
    List<Measurement> of = results("sampling").of("confidence");
    Plot plot =
        new Plot("Which tokens come first", "temperature τ / H", DISTANCE)
            .logX()
            .note(samples(of) + BARS + "ResGen, T = 16; three readings of confidence.");
    Map<String, String> readings = new LinkedHashMap<>();
    readings.put("DISTANCE", "by distance");
    readings.put("DENSITY", "by density");
    readings.put("POSTERIOR", "by posterior");
    int i = 0;
    for (Map.Entry<String, String> reading : readings.entrySet()) {
      plot.distances(
          reading.getValue(),
          Plot.Style.of(i == 0 ? RESGEN : Palette.NEUTRAL.get(i)),
          only(of, m -> m.sampling().order().reveal().toString().equals(reading.getKey())),
          m -> m.sampling().order().temperature());
      i++;
    }
    return plot;
  }
}
