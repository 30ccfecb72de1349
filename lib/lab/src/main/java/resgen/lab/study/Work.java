package resgen.lab.study;

import resgen.settings.Json;

/**
 * A piece of a study as plain data, so that it can be sent to another process or machine as a line
 * of text: whoever has the project's files knows what it asks for. Work is idempotent: done twice,
 * or by two at once, it makes the same files.
 *
 * @param kind what is to be done
 * @param study name of the study
 * @param experiment name of the experiment, as {@code table1/resgen}
 * @param id of the model to train, or of the cell to measure
 */
public record Work(Kind kind, String study, String experiment, String id) {

  /** What is to be done. */
  public enum Kind {
    /**
     * Train the experiment's model, and keep how that went as an outcome of the models' results.
     */
    TRAIN,
    /** Sample the experiment's model, trained if need be, and measure the samples. */
    MEASURE
  }

  /** As a line of JSON. */
  public String line() {
    return Json.line(this);
  }

  /**
   * From a line of JSON.
   *
   * @throws IllegalArgumentException naming what is wrong in it
   */
  public static Work parse(String line) {
    return Json.read(line, Work.class);
  }
}
