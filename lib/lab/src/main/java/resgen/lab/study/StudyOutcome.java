package resgen.lab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.Generator;
import resgen.lab.bench.Timing;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Report;
import resgen.sample.CostModel;
import resgen.sample.Sampling;
import resgen.settings.Json;
import resgen.train.Training;

/** Outcomes of a study. */
final class StudyOutcome {

  private StudyOutcome() {}

  /** A cell's outcome: what it costs and what was measured. */
  static Outcome of(Cell cell, Generator model, Timing time, Report report) {
    Sampling s = cell.sampling();
    CostModel cost = model.costModel(s);
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("kind", model.spec().label());
    settings.put("model_hash", cell.experiment().modelId());
    settings.put("parameters", model.parameterCount());
    settings.put("training_steps", cell.experiment().training().steps());
    settings.put("sampling", Json.read(Json.line(s), Map.class));
    settings.put("seeds", Long.toString(s.seed()));
    Outcome measured = report.outcome(cell.experiment().name(), cell.id(), settings);
    List<Outcome.Value> values = new ArrayList<>();
    values.add(Outcome.Value.of("flops_per_sample", cost.flops(), Double.NaN));
    values.add(Outcome.Value.of("wall_seconds_per_sample", time.wall().median(), Double.NaN));
    values.add(Outcome.Value.of("cpu_seconds_per_sample", time.cpu().median(), Double.NaN));
    values.addAll(measured.values());
    return new Outcome(
        measured.experiment(), measured.cell(), settings, measured.protocol(), values);
  }

  /** The outcome of a training. */
  static Outcome trained(Experiment experiment, Generator model, Map<String, Double> last) {
    Training t = experiment.training();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model_hash", experiment.modelId());
    settings.put("kind", model.spec().label());
    settings.put("parameters", model.parameterCount());
    settings.put("precision", model.precision());
    settings.put("training_steps", t.steps());
    settings.put("batch", t.batch());
    settings.put("learning_rate", t.optimizer().learningRate());
    settings.put("seed", t.seed());
    List<Outcome.Value> values = new ArrayList<>();
    values.add(number("loss", last.get("loss")));
    values.add(number("validation", validation(last)));
    values.add(number("context_gain", last.get("context_gain")));
    values.add(number("training_seconds", last.get("seconds")));
    return new Outcome(
        experiment.name(),
        experiment.modelId(),
        settings,
        Map.of("commit", model.origin().commit()),
        values);
  }

  /** The number that validation chooses by, whatever the model calls it. */
  private static Double validation(Map<String, Double> last) {
    return last.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("validation"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static Outcome.Value number(String metric, Double value) {
    return Outcome.Value.of(metric, value == null ? Double.NaN : value, Double.NaN);
  }
}
