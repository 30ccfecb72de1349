package resgen.lab.study;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import resgen.Generator;
import resgen.lab.metric.Report;
import resgen.sample.CostModel;
import resgen.sample.Sampling;
import resgen.train.Training;

/** Rows of results files. */
final class StudyRow {

  private StudyRow() {}

  /** The row of a cell: what it is of, how it was sampled, what it costs, what was measured. */
  static Map<String, Object> of(Cell cell, Generator model, SampleTime time, Report report) {
    Sampling s = cell.sampling();
    CostModel cost = model.costModel(s);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("experiment", cell.experiment().name());
    row.put("cell", cell.id());
    row.put("kind", model.kind().label());
    row.put("model_hash", cell.experiment().modelId());
    row.put("parameters", model.parameterCount());
    row.put("training_steps", cell.experiment().training().steps());
    row.put("steps", s.pace().steps());
    row.put("schedule", s.pace().schedule().text());
    row.put("guidance_start", s.guidance().start());
    row.put("guidance_end", s.guidance().end());
    row.put("top_p", s.draw().topP());
    row.put("noise_scale", s.draw().noiseScale());
    row.put("draw_temperature", s.draw().temperature());
    row.put("reveal", s.order().reveal());
    row.put("temperature", s.order().temperature());
    row.put("flops_per_sample", String.format(Locale.ROOT, "%.4g", cost.flops()));
    row.put("wall_seconds_per_sample", seconds(time.wall()));
    row.put("cpu_seconds_per_sample", seconds(time.cpu()));
    row.putAll(report.toMap());
    row.remove("model");
    return row;
  }

  /** The row of a model that was trained. */
  static Map<String, Object> trained(
      Experiment experiment, Generator model, Map<String, Double> last) {
    Training t = experiment.training();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("model_hash", experiment.modelId());
    row.put("experiment", experiment.name());
    row.put("kind", model.kind().label());
    row.put("parameters", model.parameterCount());
    row.put("precision", model.precision());
    row.put("training_steps", t.steps());
    row.put("batch", t.batch());
    row.put("learning_rate", t.optimizer().learningRate());
    row.put("seed", t.seed());
    row.put("loss", number(last.get("loss")));
    row.put("validation", number(validation(last)));
    row.put("context_gain", number(last.get("context_gain")));
    row.put("training_seconds", String.format(Locale.ROOT, "%.0f", last.get("seconds")));
    row.put("commit", model.origin().commit());
    return row;
  }

  /** The number that validation chooses by, whatever the model calls it. */
  private static Double validation(Map<String, Double> last) {
    return last.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("validation"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static String number(Double value) {
    return value == null ? null : Float.toString(value.floatValue());
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
