package resgen.lab.study;

import java.util.Map;
import resgen.sample.Sampling;
import resgen.settings.Json;

/**
 * One number of a study: a model, a way of sampling it, and a seed.
 *
 * @param experiment that asks for it
 * @param sampling with its seed
 */
public record Cell(Experiment experiment, Sampling sampling) {

  /** The hash of everything that the number depends on but the source. */
  public String id() {
    return Json.hash(
        Map.of(
            "model", experiment.modelId(), "sampling", sampling, "samples", experiment.samples()));
  }
}
